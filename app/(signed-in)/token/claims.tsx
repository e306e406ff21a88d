import { LocalTime } from '../../components/local-time';
import { isMoment } from './claim-meanings';

interface ClaimsProps {
  claims: Readonly<Record<string, unknown>>;
  meanings: Readonly<Record<string, string>>;
  /** Meaning of a name that is not in the table. */
  other: string;
}

/** Each member with its value and meaning: three columns where there is room, a stack on phones. */
export function Claims({ claims, meanings, other }: ClaimsProps) {
  return (
    <dl className="card divide-y divide-line p-0! text-sm">
      {Object.entries(claims).map(([name, value]) => (
        <div
          key={name}
          className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)] sm:px-6"
        >
          <dt>
            <code className="font-semibold text-accent">{name}</code>
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
    </dl>
  );
}

/** A string as it is, anything else as JSON, so that "1" and 1 cannot be mistaken for each other in a list. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
