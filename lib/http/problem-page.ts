import { type ProblemCode, type ProblemWords, problemBody } from './problem';

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * A problem as a page, for a person whose request ends in the middleware, before any page of the app can be shown.
 * @param retryAfter seconds; the page loads itself again then
 */
export function problemPage(
  code: ProblemCode,
  options: { nonce: string; retryAfter?: number; words?: ProblemWords | undefined },
): Response {
  const { title, detail, hint, status } = problemBody(code, options.words);
  const { nonce, retryAfter } = options;
  const refresh =
    retryAfter === undefined ? '' : `<meta http-equiv="refresh" content="${Math.max(5, retryAfter)}">`;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)} · Claimcheck</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<style nonce="${nonce}">
:root{color-scheme:light dark}
body{font:1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto 0;padding:0 1.5rem}
small{opacity:.75}a{color:LinkText}
</style></head><body><main><h1>${escapeHtml(title)}</h1>${[detail, hint].map((text) => (text ? `<p>${escapeHtml(text)}</p>` : '')).join('')}
<p><a href="">Try again</a> · <a href="/">Start page</a></p><p><small>${status} ${code}</small></p></main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`,
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
  });
}
