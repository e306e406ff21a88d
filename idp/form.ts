import type { IncomingMessage } from 'node:http';

/** More than any of our forms can hold. */
const maximumBytes = 16 * 1024;

/** The fields of a submitted form, or `undefined` when the body is too large. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
