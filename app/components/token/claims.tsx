import { visible } from '@/lib/inspect/words';
import { LocalTime } from '../local-time';
import { isMoment } from './claim-meanings';

interface ClaimsProps {
  claims: Readonly<Record<string, unknown>>;
  meanings: Readonly<Record<string, string>>;
  /** Meaning of a name that is not in the table. */
  other: string;
}

/** Members that are shown at most: a page of thousands helps nobody, and takes seconds to draw. */
const most = 100;

/** Each member with its value and meaning: three columns where there is room, a stack on phones. */
export function Claims({ claims, meanings, other }: ClaimsProps) {
  const members = Object.entries(claims);
  return (
    <dl className="card divide-y divide-line p-0! text-sm">
      {members.slice(0, most).map(([name, value]) => (
        <div
          key={name}
          className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)] sm:px-6"
        >
          <dt>
            <code className="font-semibold text-accent">{visible(name)}</code>
          </dt>
          <dd className="min-w-0">
            <code className="whitespace-pre-wrap">{asText(value)}</code>
            {isMoment(name, value) ? (
              <span className="block text-soft">
                <LocalTime at={value * 1000} seconds />
              </span>
            ) : null}
          </dd>
          <dd className="text-soft">{Object.hasOwn(meanings, name) ? meanings[name] : other}</dd>
        </div>
      ))}
      {members.length > most ? (
        <div className="px-4 py-3 sm:px-6">
          <dt className="font-semibold">and {(members.length - most).toLocaleString('en')} more</dt>
          <dd className="text-soft">They are not shown here.</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** A string as it is, anything else as JSON, so that "1" and 1 cannot be mistaken for each other in a list. What cannot be seen is written out. */
function asText(value: unknown): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value, null, 1), '\n');
}
