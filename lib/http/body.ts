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
  const bytes = request.body ? await readAtMost(maxBodyBytes, request.body.getReader()) : Buffer.alloc(0);
  if (!bytes) return problem('too_large');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return problem('malformed_body', { detail: 'The body is not UTF-8.' });
  }
}

/** @returns undefined where there is more */
async function readAtMost(
  limit: number,
  body: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(limit);
  let size = 0;
  for (;;) {
    const { done, value } = await body.read();
    if (done) return bytes.subarray(0, size);
    if (size + value.byteLength > limit) {
      void discard(body);
      return undefined;
    }
    // Copied at once: of a body that comes byte by byte, the pieces would be larger than what is in them.
    bytes.set(value, size);
    size += value.byteLength;
  }
}

/** Lets the rest of a body pass. To cancel it would close the connection, and the answer would be lost with it. */
async function discard(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await body.read()).done);
  } catch {
    // Whoever sent it has gone.
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
