import { escapeHtml } from './escape-html';
import { type ProblemCode, type ProblemWords, problemBody } from './problem';
import { smallPage } from './small-page';

/**
 * A problem as a page, for a person whose request ends before any page of the app can be shown.
 * @param retryAfter seconds; the page loads itself again then
 * @param returnTo the path that it loads, where that is another than its own
 */
export function problemPage(
  code: ProblemCode,
  {
    retryAfter,
    returnTo,
    words,
  }: { retryAfter?: number; returnTo?: string; words?: ProblemWords | undefined } = {},
): Response {
  const { title, detail, hint, status } = problemBody(code, words);
  const sentences = [detail, hint].map((text) => (text ? `<p>${escapeHtml(text)}</p>` : '')).join('');
  return smallPage({
    title,
    main: `${sentences}
<p><a href="${escapeHtml(returnTo ?? '')}">Try again</a> · <a href="/">Start page</a></p><p><small>${status} ${code}</small></p>`,
    status,
    ...(retryAfter !== undefined && {
      onward: { seconds: Math.max(5, retryAfter), to: returnTo },
      headers: { 'retry-after': String(retryAfter) },
    }),
  });
}
