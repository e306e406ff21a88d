import { randomBytes } from 'node:crypto';
import { escapeHtml } from './escape-html';

/** A page that stands by itself, outside the app's frame. */
export interface SmallPage {
  readonly title: string;
  /** What stands in its `main`, as HTML; everything in it that is not ours escaped. */
  readonly main: string;
  readonly status?: number;
  /** Where it leads by itself, after so many seconds; a URL or path, or nothing for itself. */
  readonly onward?: { readonly seconds: number; readonly to?: string };
  /** Origins that may show it in a frame; nobody where nothing is said. */
  readonly framedBy?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the policy that the middleware puts in place of this page's own; a new one where nothing is said. */
  readonly nonce?: string;
}

/** A page for one answer: no script, nothing loaded, never stored, its own style alone. */
export function smallPage({
  title,
  main,
  status = 200,
  onward,
  framedBy = [],
  headers,
  nonce = randomBytes(16).toString('base64'),
}: SmallPage): Response {
  const to = onward?.to === undefined ? '' : `;url=${escapeHtml(onward.to)}`;
  const refresh = onward ? `<meta http-equiv="refresh" content="${onward.seconds}${to}">` : '';
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)} · Claimcheck</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<style nonce="${escapeHtml(nonce)}">
:root{color-scheme:light dark}
body{font:1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto 0;padding:0 1.5rem;overflow-wrap:anywhere}
small{opacity:.75}a{color:LinkText}
</style></head><body><main><h1>${escapeHtml(title)}</h1>${main}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [
        "default-src 'none'",
        `style-src 'nonce-${nonce}'`,
        "base-uri 'none'",
        "form-action 'none'",
        `frame-ancestors ${framedBy.length > 0 ? framedBy.join(' ') : "'none'"}`,
      ].join('; '),
      ...headers,
    },
  });
}
