import { withBasePath } from '../config/base-path';
import { escapeHtml } from './escape-html';
import { type ProblemCode, type ProblemWords, problemBody } from './problem';
import { smallPage } from './small-page';

/**
 * A problem as a page, for a person whose request ends before any page of the app can be shown.
 * @param retryAfter seconds; the page loads itself again then
 * @param returnTo the path in the app that it loads, where that is another than its own
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
  const again = returnTo === undefined ? undefined : withBasePath(returnTo);
  const sentences = [detail, hint].map((text) => (text ? `<p>${escapeHtml(text)}</p>` : '')).join('');
  return smallPage({
    title,
    main: `${sentences}
<p><a href="${escapeHtml(again ?? '')}">Try again</a> · <a href="${withBasePath('/')}">Start page</a></p><p><small>${status} ${code}</small></p>`,
    status,
    ...(retryAfter !== undefined && {
      onward: { seconds: Math.max(5, retryAfter), to: again },
      headers: { 'retry-after': String(retryAfter) },
    }),
  });
}
