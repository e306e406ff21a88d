import { withBasePath } from '@/lib/config/base-path';
import { escapeHtml } from '@/lib/http/escape-html';
import { smallPage } from '@/lib/http/small-page';
import type { Comparison, Inspection } from '@/lib/inspect';
import { visible } from '@/lib/inspect/words';

/**
 * The verdict for a browser without script: what it is, what mends it, and what failed.
 * @param comparison with another token, if there is one
 * @param nonce of the request
 */
export function verdictPage(
  { headline, remedy, remarks, checks }: Inspection,
  comparison?: Comparison,
  nonce?: string,
): Response {
  const shown = (text: string) => escapeHtml(visible(text));
  const failed = checks
    .filter(({ result }) => result === 'fail')
    .map(
      ({ name, rule, expected, found }) =>
        `<li><b>${name}</b>: ${shown(rule)}. Expected ${shown(expected)}, found ${shown(found)}.</li>`,
    );
  return smallPage({
    title: visible(headline),
    main: `${remedy === undefined ? '' : `<p>${shown(remedy)}</p>`}
${remarks.map((remark) => `<p>${shown(remark)}</p>`).join('')}
${comparison ? comparisonIn(comparison, shown) : ''}
${failed.length > 0 ? `<h2>Checks that fail</h2><ol>${failed.join('')}</ol>` : ''}
<p><a href="${withBasePath('/inspect')}">Inspect another token</a></p>`,
    ...(nonce !== undefined && { nonce }),
  });
}

function comparisonIn({ sentences, claims }: Comparison, shown: (text: string) => string): string {
  const differing = claims
    .filter(({ difference }) => difference === 'differs')
    .map(
      ({ name, one = 'none', other = 'none' }) =>
        `<li><b>${shown(name)}</b>: ${shown(one)} / ${shown(other)}</li>`,
    );
  return `<h2>Compared with the other</h2>
${sentences.map((sentence) => `<p>${shown(sentence)}</p>`).join('')}
${differing.length > 0 ? `<ul>${differing.join('')}</ul>` : ''}`;
}
