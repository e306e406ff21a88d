import type { Comparison, Inspection } from '@/lib/inspect';
import { kindMeanings } from '@/lib/inspect/kind';
import { reportOf } from '@/lib/inspect/report';
import { visible } from '@/lib/inspect/words';
import { CopyButton } from '../components/copy-button';
import { CheckGroups } from '../components/token/check-groups';
import { ComparedTokens } from '../components/token/comparison';
import { Explained } from '../components/token/explained';
import { Parts } from '../components/token/parts';
import { Ticket } from '../components/token/ticket';

/** The verdict in the largest letters, then what mends it, then everything that can be opened. Claims are text, never markup. */
export function Verdict({ inspection, id = 'verdict' }: { inspection: Inspection; id?: string }) {
  const { verdict, headline, remedy, remarks, kind, checks, explained } = inspection;
  const isToken = checks.length > 0;
  return (
    <div className="space-y-6">
      <Ticket id={id} stamp={verdict} headline={headline} remedy={remedy}>
        {isToken ? (
          <>
            <p className="max-w-3xl">
              <span className="font-semibold">It is: {kind}.</span> {kindMeanings[kind]}
            </p>
            <Remarks remarks={remarks} />
            <Explained claims={explained} />
            <div className="flex flex-wrap items-center gap-3">
              <CopyButton text={reportOf(inspection)}>Copy a report for a ticket</CopyButton>
            </div>
          </>
        ) : null}
      </Ticket>
      {isToken ? (
        <>
          <CheckGroups checks={checks} />
          <details>
            <summary className="min-h-11 cursor-pointer py-2 text-lg font-semibold">What is in it</summary>
            <Parts {...inspection} isBelieved={verdict === 'accepted'} />
          </details>
        </>
      ) : null}
    </div>
  );
}

const names = ['The first', 'The second'] as const;

/** Two tokens: what makes the difference, then each verdict. */
export function Compared({ one, other, comparison }: ComparedProps) {
  return (
    <div className="space-y-6">
      <section aria-labelledby="compared" className="space-y-4">
        <h2 id="compared" className="text-xl font-semibold">
          Side by side
        </h2>
        <ComparedTokens comparison={comparison} names={names} />
      </section>
      {[one, other].map((inspection, index) => (
        <details key={names[index]}>
          <summary className="min-h-11 cursor-pointer py-2 text-lg font-semibold">
            {names[index]}: {inspection.verdict}
          </summary>
          <Verdict inspection={inspection} id={`verdict-${index}`} />
        </details>
      ))}
    </div>
  );
}

interface ComparedProps {
  one: Inspection;
  other: Inspection;
  comparison: Comparison;
}

function Remarks({ remarks }: { remarks: readonly string[] }) {
  if (remarks.length === 0) return null;
  return (
    <ul className="max-w-3xl list-disc space-y-1 pl-5 text-soft">
      {remarks.map((remark) => (
        <li key={remark} className="wrap-anywhere">
          {visible(remark)}
        </li>
      ))}
    </ul>
  );
}
