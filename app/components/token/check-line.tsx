import { visible } from '@/lib/inspect/words';
import type { ExplainedCheck } from '@/lib/token';

const results = {
  pass: { word: 'Pass', look: 'bg-good-tint text-good border-good/40' },
  fail: { word: 'Fail', look: 'bg-bad-tint text-bad border-bad/40' },
  'not applicable': { word: 'Not applicable', look: 'bg-sunken text-soft border-line' },
  blocked: { word: 'Not checked', look: 'bg-sunken text-soft border-line' },
} as const;

/** One rule with what it wanted and what it saw; text of the token in it is made visible. */
export function CheckLine({ name, rule, source, result, expected, found }: ExplainedCheck) {
  const { word, look } = results[result];
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)] sm:px-6">
      <div className="flex items-center gap-3 sm:flex-col sm:items-start sm:gap-1">
        <code className="font-semibold">{name}</code>
        <span className={`rounded-full border px-2 py-0.5 text-xs font-medium ${look}`}>{word}</span>
      </div>
      <div>
        <p>{rule}</p>
        <p className="text-soft">{source}</p>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] content-start gap-x-3 gap-y-1">
        <dt className="text-soft">Expected</dt>
        <dd className="wrap-anywhere">{visible(expected)}</dd>
        <dt className="text-soft">Found</dt>
        <dd className="wrap-anywhere">{visible(found)}</dd>
      </dl>
    </li>
  );
}
