import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site that has nothing to do with the app, on a port of its own. */
export interface OtherSite {
  readonly port: number;
  /** What its pages say from now on. */
  show(html: string): void;
  /** Where it redirects everybody from now on. */
  leadTo(url: string): void;
  /** The addresses it was asked for, path and query. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** It is `localhost`, the same site to a browser and another origin, and `127.0.0.1`, another site altogether. */
export async function startOtherSite(): Promise<OtherSite> {
  let html = '';
  let onward: string | undefined;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.url !== '/favicon.ico') asked.push(request.url ?? '');
    if (onward !== undefined) return void response.writeHead(302, { location: onward }).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">${html}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    show(next) {
      html = next;
    },
    leadTo(url) {
      onward = url;
    },
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
