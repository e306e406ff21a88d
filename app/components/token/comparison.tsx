import type { ComparedCheck, ComparedMember, Comparison } from '@/lib/inspect';
import { visible } from '@/lib/inspect/words';

interface ComparisonProps {
  comparison: Comparison;
  /** What the two are called above their columns: `The token before`. */
  names: readonly [one: string, other: string];
}

/** Two tokens side by side: what makes the difference in sentences, then claim by claim, differences first. */
export function ComparedTokens({
  comparison: { sentences, claims, header, checks },
  names,
}: ComparisonProps) {
  return (
    <div className="space-y-5">
      <ul className="space-y-1 text-lg">
        {sentences.map((sentence) => (
          <li key={sentence} className="wrap-anywhere">
            {visible(sentence)}
          </li>
        ))}
      </ul>
      <Members title="Claims" members={claims} names={names} />
      <Members title="Header" members={header} names={names} />
      <Checks checks={checks} names={names} />
    </div>
  );
}

interface MembersProps {
  title: string;
  members: readonly ComparedMember[];
  names: ComparisonProps['names'];
}

function Members({ title, members, names }: MembersProps) {
  if (members.length === 0) return null;
  const differing = members.filter(({ difference }) => difference !== 'same');
  const same = members.filter(({ difference }) => difference === 'same');
  return (
    <div className="space-y-2">
      <h3 className="text-lg font-semibold">{title}</h3>
      {differing.length > 0 ? <Rows rows={differing.map(rowOf)} names={names} /> : <p>No difference.</p>}
      {same.length > 0 ? (
        <details>
          <summary className="min-h-11 cursor-pointer py-2">{same.length} are the same</summary>
          <Rows rows={same.map(rowOf)} names={names} />
        </details>
      ) : null}
    </div>
  );
}

interface Row {
  readonly name: string;
  readonly note?: string;
  readonly one: string | undefined;
  readonly other: string | undefined;
}

const rowOf = ({ name, one, other, difference }: ComparedMember): Row => ({
  name: visible(name),
  ...(difference === 'routine' && { note: 'differs from token to token' }),
  one,
  other,
});

function Checks({ checks, names }: { checks: readonly ComparedCheck[]; names: ComparisonProps['names'] }) {
  if (checks.length === 0) return null;
  const said = (check: ComparedCheck['one']) => check && `${check.result}: ${visible(check.found)}`;
  const differing = checks.filter(({ differs }) => differs);
  return (
    <div className="space-y-2">
      <h3 className="text-lg font-semibold">Checks</h3>
      <p className="text-soft">{checks.length - differing.length} come to the same for both.</p>
      {differing.length > 0 ? (
        <Rows
          rows={differing.map(({ name, rule, one, other }) => ({
            ...{ name, note: rule },
            ...{ one: said(one), other: said(other) },
          }))}
          names={names}
        />
      ) : null}
    </div>
  );
}

/** One above the other on a phone, where each value says whose it is; in columns elsewhere. */
function Rows({ rows, names }: { rows: readonly Row[]; names: ComparisonProps['names'] }) {
  return (
    <ul className="card divide-y divide-line p-0! text-sm">
      {rows.map(({ name, note, one, other }) => (
        <li
          key={name}
          className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)] sm:px-6"
        >
          <p>
            <code className="font-semibold">{name}</code>
            {note ? <span className="block text-soft">{note}</span> : null}
          </p>
          {[one, other].map((value, index) => (
            <div key={names[index]} className="min-w-0">
              <p className="text-xs text-soft">{names[index]}</p>
              {value === undefined ? (
                <p className="text-soft">has none</p>
              ) : (
                <code className="whitespace-pre-wrap">{shortened(value)}</code>
              )}
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}

const shortened = (value: string) => (value.length > 600 ? `${value.slice(0, 600)}…` : value);
