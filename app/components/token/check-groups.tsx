import { useId } from 'react';
import type { CheckName, ExplainedCheck } from '@/lib/token';
import { CheckLine } from './check-line';

const groups: readonly { title: string; names: readonly CheckName[] }[] = [
  { title: 'Form', names: ['size', 'form', 'encoding', 'header', 'claims', 'model'] },
  { title: 'Signature', names: ['critical', 'algorithm', 'key', 'signature'] },
  { title: 'Issuer, audience and person', names: ['issuer', 'audience', 'subject'] },
  { title: 'Time', names: ['expiry', 'not_before', 'issued_at'] },
  { title: 'Kind', names: ['type', 'kind', 'binding'] },
];

/** Every check, in groups that can be opened; one in which something fails is open, and comes first. */
export function CheckGroups({ checks }: { checks: readonly ExplainedCheck[] }) {
  const filled = groups.map(({ title, names }) => ({
    title,
    lines: checks.filter(({ name }) => names.includes(name)).toSorted(failedFirst),
  }));
  const id = useId();
  const isFailed = ({ lines }: (typeof filled)[number]) => lines.some(({ result }) => result === 'fail');
  return (
    <section aria-labelledby={id} className="space-y-2">
      <h2 id={id} className="text-xl font-semibold">
        Checks
      </h2>
      {filled
        .toSorted((one, other) => Number(isFailed(other)) - Number(isFailed(one)))
        .map((group) => (
          <details key={`${group.title} ${isFailed(group)}`} open={isFailed(group)}>
            <summary className="min-h-11 cursor-pointer py-2">
              <span className="font-medium">{group.title}</span>{' '}
              <span className={isFailed(group) ? 'text-bad' : 'text-soft'}>{countOf(group.lines)}</span>
            </summary>
            <ol className="card divide-y divide-line p-0! text-sm">
              {group.lines.map((check) => (
                <CheckLine key={check.name} {...check} />
              ))}
            </ol>
          </details>
        ))}
    </section>
  );
}

const failedFirst = (one: ExplainedCheck, other: ExplainedCheck) =>
  Number(other.result === 'fail') - Number(one.result === 'fail');

function countOf(lines: readonly ExplainedCheck[]): string {
  const number = (...results: ExplainedCheck['result'][]) =>
    lines.filter(({ result }) => results.includes(result)).length;
  const failed = number('fail');
  const open = number('blocked');
  const good = `${number('pass', 'not applicable')} of ${lines.length}`;
  return [good, failed > 0 && `${failed} failed`, open > 0 && `${open} not checked`]
    .filter(Boolean)
    .join(', ');
}
