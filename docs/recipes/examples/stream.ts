import type { AccessToken } from '../../../lib/token';

/** Ends a stream when the token that opened it does: a request is judged once, at its beginning. */
export function untilExpiry(
  source: ReadableStream<Uint8Array>,
  { expiresAt }: Pick<AccessToken, 'expiresAt'>,
  clock: () => number = Date.now,
): ReadableStream<Uint8Array> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.max(0, expiresAt * 1_000 - clock()));
  const through = new TransformStream<Uint8Array, Uint8Array>({ flush: () => clearTimeout(timer) });
  // Whoever reads gets an end, not an error; the source is told that nobody listens any more.
  source.pipeTo(through.writable, { signal: over.signal, preventAbort: true }).catch(async () => {
    clearTimeout(timer);
    await through.writable.close().catch(() => undefined);
  });
  return through.readable;
}
