import type { Inspection } from '@/lib/inspect';
import { visible } from '@/lib/inspect/words';

/** What is easily misread in a token, claim by claim. */
export function Explained({ claims }: { claims: Inspection['explained'] }) {
  if (claims.length === 0) return null;
  return (
    <ul className="max-w-3xl space-y-1.5">
      {claims.map(({ names, sentence }) => (
        <li key={names.join(' ')} className="wrap-anywhere">
          <code className="mr-1.5 text-sm text-soft">{visible(names.join(' '))}</code>
          {visible(sentence)}
        </li>
      ))}
    </ul>
  );
}
