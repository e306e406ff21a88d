import type { ReactNode } from 'react';
import type { Inspection } from '@/lib/inspect';
import { visible } from '@/lib/inspect/words';

const looks = {
  accepted: 'border-good bg-good-tint text-good',
  refused: 'border-bad bg-bad-tint text-bad',
  unavailable: 'border-warn bg-warn-tint text-warn',
  'no token': 'border-warn bg-warn-tint text-warn',
} as const;

interface TicketProps {
  stamp: Inspection['verdict'];
  /** The verdict and its reason, in a sentence. */
  headline: string;
  /** Names the ticket, and stands in its heading. */
  id: string;
  /** The one change that mends it, or what to do where there is no verdict. */
  remedy?: string | undefined;
  /** What stands on it, below the perforation. */
  children?: ReactNode;
}

/**
 * A token as the ticket that it is: the verdict stamped on it, and what it says below the perforation. One that cannot be
 * believed is printed in outline.
 */
export function Ticket({ stamp, headline, id, remedy, children }: TicketProps) {
  return (
    <section
      aria-labelledby={id}
      className={`ticket ${stamp === 'accepted' ? 'border-edge' : 'border-dashed border-edge'}`}
    >
      <div className="space-y-3 px-5 py-5 sm:px-7">
        <h2
          id={id}
          className={`inline-block rounded-lg border-2 px-3 py-1.5 text-xl font-semibold tracking-tight sm:text-2xl ${looks[stamp]}`}
        >
          {visible(headline)}
        </h2>
        {remedy ? (
          <p className="max-w-3xl text-lg wrap-anywhere">
            {stamp === 'refused' ? <span className="font-semibold">What mends it: </span> : null}
            {visible(remedy)}
          </p>
        ) : null}
      </div>
      {children ? <div className="ticket-body space-y-5 px-5 py-5 sm:px-7">{children}</div> : null}
    </section>
  );
}
