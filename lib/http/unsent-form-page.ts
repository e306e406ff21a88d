import { withBasePath } from '../config/base-path';
import { escapeHtml } from './escape-html';
import { type ProblemCode, type ProblemWords, problemBody } from './problem';
import { smallPage } from './small-page';

/**
 * The answer to a form that was sent without script and not taken. The page it came from cannot be shown again, but the
 * browser keeps what it sent, and sends it once more where somebody loads the answer anew.
 * @param signIn path of the page to sign in at first, where that is what is missing
 */
export function unsentFormPage(
  code: ProblemCode,
  { signIn, words }: { signIn?: string; words?: ProblemWords | undefined } = {},
): Response {
  const { title, detail, status } = problemBody(code, words);
  const first =
    signIn === undefined
      ? 'Wait a moment'
      : `<a href="${escapeHtml(withBasePath(signIn))}" target="_blank" rel="noopener">Sign in in another tab</a>`;
  return smallPage({
    title,
    main: `${detail ? `<p>${escapeHtml(detail)}</p>` : ''}
<p>Nothing was saved, and nothing is lost. ${first}, then load this page again: your browser sends what you wrote once more.</p>
<p><small>${status} ${code}</small></p>`,
    status,
  });
}
