import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer as a browser got it. */
export interface RecordedAnswer {
  /** `GET /notes`. */
  readonly what: string;
  readonly origin: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP proxy that keeps every answer: the browser itself forgets the body of a page it has left. */
export interface RecordingProxy {
  readonly server: string;
  readonly answers: readonly RecordedAnswer[];
  close(): Promise<void>;
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const answers: RecordedAnswer[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const target = new URL(incoming.url ?? '');
    // Nothing compressed, to read it as it is.
    const headers = { ...incoming.headers, 'accept-encoding': 'identity' };
    const onward = request(target, { method: incoming.method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        answers.push({
          what: `${incoming.method} ${target.pathname}`,
          origin: target.origin,
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    answers,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
}
