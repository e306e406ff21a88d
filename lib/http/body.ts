import { problem } from './problem';

/** The largest request body that is read, in bytes. */
export const maxBodyBytes = 64 * 1024;

/**
 * Reads a request body of one media type, at most 64 KiB.
 * @returns its text, or the problem answer that says why not
 */
export async function readBody(request: Request, mediaType: string): Promise<{ text: string } | Response> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== mediaType) {
    return problem('unsupported_media_type', {
      detail: `Expected ${mediaType}.`,
      headers: { accept: mediaType },
    });
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return problem('too_large');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return problem('too_large');
    chunks.push(chunk);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return problem('malformed_body', { detail: 'The body is not UTF-8.' });
  }
}

/** Reads a JSON body. @returns the value, or the problem answer that says why not */
export async function readJson(request: Request): Promise<{ json: unknown } | Response> {
  const body = await readBody(request, 'application/json');
  if (body instanceof Response) return body;
  try {
    return { json: JSON.parse(body.text) };
  } catch {
    return problem('malformed_body', { detail: 'The body is not JSON.' });
  }
}
