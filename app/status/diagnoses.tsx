import { type Line, type Report, type Result, report } from '@/lib/server/doctor';
import { LocalTime } from '../components/local-time';

const results: Readonly<Record<Result, { word: string; look: string }>> = {
  pass: { word: 'Pass', look: 'bg-good-tint text-good border-good/40' },
  warn: { word: 'Warning', look: 'bg-warn-tint text-warn border-warn/40' },
  fail: { word: 'Fail', look: 'bg-bad-tint text-bad border-bad/40' },
  skipped: { word: 'Skipped', look: 'bg-sunken text-soft border-line' },
};

/** Everything that has to be right for people to sign in, with what was found and what to change. */
export async function Diagnoses() {
  const found = await report();
  return (
    <>
      <p className="text-soft">
        {/* Nothing after the time, which the browser words anew. */}
        {summary(found)} Looked at <LocalTime at={found.at} seconds />
      </p>
      <ol className="card divide-y divide-line p-0! text-sm">
        {found.lines.map((line) => (
          <DiagnosisLine key={line.name} {...line} />
        ))}
      </ol>
    </>
  );
}

function summary({ counts: { fail, warn } }: Report): string {
  const looks = warn === 1 ? 'one thing is worth a look' : `${warn} things are worth a look`;
  if (fail > 0) {
    const failed = fail === 1 ? 'One check failed' : `${fail} checks failed`;
    return `${failed}${warn > 0 ? `, and ${looks}` : ''}.`;
  }
  return warn > 0 ? `Nothing failed; ${looks}.` : 'Everything is as it should be.';
}

function DiagnosisLine({ name, title, result, found, change }: Line) {
  const { word, look } = results[result];
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[7rem_minmax(0,1fr)] sm:px-6">
      <div>
        <span className={`rounded-full border px-2 py-0.5 text-xs font-medium ${look}`}>{word}</span>
      </div>
      <div className="space-y-1">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-semibold">{title}</span> <code className="text-soft">{name}</code>
        </p>
        <p className="text-soft wrap-anywhere">{found}</p>
        {change && result !== 'pass' ? (
          <p className="wrap-anywhere">
            <span className="font-semibold">Change:</span> {change}
          </p>
        ) : null}
      </div>
    </li>
  );
}
