import { type ReactNode, useId } from 'react';
import type { Inspection } from '@/lib/inspect';
import { quoted, visible } from '@/lib/inspect/words';
import type { JsonObject } from '@/lib/token';
import { claimMeanings, headerMeanings } from './claim-meanings';
import { Claims } from './claims';

interface PartsProps {
  header?: JsonObject | undefined;
  claims?: JsonObject | undefined;
  /** Characters of each part, where it has three of them. */
  sizes?: Inspection['sizes'];
  /** Whether it was verified; otherwise nothing of it is to be believed. */
  isBelieved: boolean;
  /** What else there is about the signature. */
  children?: ReactNode;
}

/** A token in its three parts, each with the colour that it has everywhere; a part lights up what it decodes to. */
export function Parts({ header, claims, sizes, isBelieved, children }: PartsProps) {
  const id = useId();
  return (
    <div className="token-parts space-y-6">
      {sizes ? <Bar id={id} sizes={sizes} /> : null}
      {header || claims ? null : (
        <p className="text-soft">It has no header and no claims that can be read.</p>
      )}
      {header ? (
        <Part id={id} part="header" title={isBelieved ? 'Header' : 'Header, not verified'}>
          <Members of={header} meanings={headerMeanings} other="A member that is not known here." />
        </Part>
      ) : null}
      {claims ? (
        <Part id={id} part="claims" title={isBelieved ? 'Verified claims' : 'Claims, not verified'}>
          <Members of={claims} meanings={claimMeanings} other="A claim of your provider's own." />
        </Part>
      ) : null}
      <Part id={id} part="signature" title="Signature">
        <p className="text-soft">{signatureInWords(header, sizes, isBelieved)}</p>
        {children}
      </Part>
    </div>
  );
}

function signatureInWords(header: JsonObject | undefined, sizes: PartsProps['sizes'], isBelieved: boolean) {
  const size = sizes ? `${Math.floor((sizes[2] * 3) / 4)} bytes` : 'No signature that can be read';
  const by = [
    typeof header?.alg === 'string' && `, by ${quoted(header.alg)}`,
    typeof header?.kid === 'string' && `, with the key ${quoted(header.kid)}`,
  ];
  const whether = isBelieved
    ? 'It was verified by the keys that the provider publishes: header and claims are as the provider sent them.'
    : 'The token is refused, so nobody stands for what is above.';
  return `${[size, ...by].filter(Boolean).join('')}. ${whether}`;
}

/** The token as it is sent: three parts with dots between them, as long as they are. */
function Bar({ id, sizes }: { id: string; sizes: NonNullable<PartsProps['sizes']> }) {
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const names = ['header', 'claims', 'signature'] as const;
  return (
    <ol aria-label="The token, part by part" className="flex flex-wrap gap-2">
      {names.map((name, index) => (
        <li key={name} data-part={name} className="part-tab">
          <a href={`#${id}${name}`} className="flex min-h-11 items-center gap-2 px-3">
            <span className="font-mono font-semibold text-(--part)">{name}</span>
            <span className="text-sm text-soft">
              {sizes[index]} of {whole} characters
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

interface PartProps {
  /** Of the whole, before the name of the part. */
  id: string;
  part: 'header' | 'claims' | 'signature';
  title: string;
  children: ReactNode;
}

function Part({ id, part, title, children }: PartProps) {
  return (
    <section
      id={id + part}
      data-part={part}
      aria-labelledby={`${id}${part}-title`}
      className="part scroll-mt-4 space-y-3"
    >
      <h3 id={`${id}${part}-title`} className="text-lg font-semibold">
        {title}
      </h3>
      {children}
    </section>
  );
}

interface MembersProps {
  of: JsonObject;
  meanings: Readonly<Record<string, string>>;
  other: string;
}

/** As a table, and as the JSON that it is. */
function Members({ of, meanings, other }: MembersProps) {
  return (
    <>
      <Claims claims={of} meanings={meanings} other={other} />
      <details>
        <summary className="min-h-11 cursor-pointer py-2 text-sm sm:min-h-9">As JSON</summary>
        <pre className="code-box max-h-96 whitespace-pre-wrap wrap-anywhere">{asJson(of)}</pre>
      </details>
    </>
  );
}

/** As much as helps somebody. */
const most = 20_000;

function asJson(of: JsonObject): string {
  const text = visible(JSON.stringify(of, null, 2), '\n');
  return text.length > most ? `${text.slice(0, most)}\n…` : text;
}
