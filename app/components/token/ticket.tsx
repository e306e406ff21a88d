import type { ReactNode } from 'react';
import { visible } from '@/lib/inspect/words';

/** What is stamped on a ticket: `unavailable` and `no token` are no verdicts on a token. */
export type Stamp = 'accepted' | 'refused' | 'unavailable' | 'no token';

const looks = {
  accepted: 'border-good bg-good-tint text-good',
  refused: 'border-bad bg-bad-tint text-bad',
  unavailable: 'border-warn bg-warn-tint text-warn',
  'no token': 'border-warn bg-warn-tint text-warn',
} as const;

interface TicketProps {
  stamp: Stamp;
  /** The verdict and its reason, in a sentence. */
  headline: string;
  /** Names the ticket, and stands in its heading. */
  id: string;
  level?: 'h1' | 'h2';
  /** The one change that mends it, or what to do where there is no verdict. */
  remedy?: string | undefined;
  /** What stands on it, below the perforation. */
  children?: ReactNode;
}

/**
 * A token as the ticket that it is: the verdict stamped on it, and what it says below the perforation. One that cannot be
 * believed is printed in outline.
 */
export function Ticket({ stamp, headline, id, level: Heading = 'h2', remedy, children }: TicketProps) {
  return (
    <section
      aria-labelledby={id}
      className={`ticket ${stamp === 'accepted' ? 'border-edge' : 'border-dashed border-edge'}`}
    >
      <div className="space-y-3 px-5 py-5 sm:px-7">
        <Heading
          id={id}
          className={`inline-block rounded-lg border-2 px-3 py-1.5 text-xl font-semibold tracking-tight sm:text-2xl ${looks[stamp]}`}
        >
          {visible(headline)}
        </Heading>
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
