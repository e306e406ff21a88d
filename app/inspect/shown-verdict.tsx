import type { ReactNode } from 'react';
import type { Inspection } from '@/lib/inspect';
import { kindMeanings } from '@/lib/inspect/kind';
import { visible } from '@/lib/inspect/words';
import { claimMeanings, headerMeanings } from '../(signed-in)/token/claim-meanings';
import { Claims } from '../(signed-in)/token/claims';
import { CheckGroups } from './check-groups';

const looks = {
  accepted: 'border-good/40 bg-good-tint text-good',
  refused: 'border-bad/40 bg-bad-tint text-bad',
  unavailable: 'border-warn/40 bg-warn-tint text-warn',
  'no token': 'border-warn/40 bg-warn-tint text-warn',
} as const;

/** The verdict in the largest letters, then what mends it, then everything that can be opened. Claims are text, never markup. */
export function Verdict({ inspection }: { inspection: Inspection }) {
  const { verdict, headline, remedy, remarks, kind, checks, header, claims } = inspection;
  const isVerified = verdict === 'accepted';
  return (
    <section aria-labelledby="verdict" className="space-y-6">
      <div className={`space-y-3 rounded-xl border px-4 py-5 sm:px-6 ${looks[verdict]}`}>
        <h2 id="verdict" className="text-2xl font-semibold tracking-tight sm:text-3xl">
          {visible(headline)}
        </h2>
        {remedy ? (
          <p className="text-lg wrap-anywhere text-ink">
            <span className="font-semibold">{verdict === 'refused' ? 'What mends it: ' : ''}</span>
            {visible(remedy)}
          </p>
        ) : null}
      </div>
      {checks.length > 0 ? (
        <p className="max-w-3xl">
          <span className="font-semibold">It is: {kind}.</span> {kindMeanings[kind]}
        </p>
      ) : null}
      {remarks.length > 0 ? (
        <ul className="max-w-3xl list-disc space-y-1 pl-5 text-soft">
          {remarks.map((remark) => (
            <li key={remark} className="wrap-anywhere">
              {visible(remark)}
            </li>
          ))}
        </ul>
      ) : null}
      {checks.length > 0 ? <CheckGroups checks={checks} /> : null}
      {claims ? (
        <Folded title={isVerified ? 'Claims' : 'Claims, not to be believed'}>
          <Claims claims={claims} meanings={claimMeanings} other="A claim that is not known here." />
        </Folded>
      ) : null}
      {header ? (
        <Folded title={isVerified ? 'Header' : 'Header, not to be believed'}>
          <Claims claims={header} meanings={headerMeanings} other="A member that is not known here." />
        </Folded>
      ) : null}
    </section>
  );
}

function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="group space-y-3">
      <summary className="min-h-11 cursor-pointer py-2 text-lg font-semibold">{title}</summary>
      {children}
    </details>
  );
}
