import type { ReactNode } from 'react';
import type { Inspection } from '@/lib/inspect';
import { reportOf } from '@/lib/inspect/report';
import { visible } from '@/lib/inspect/words';
import { CopyButton } from '../../components/copy-button';
import { loginHref } from '../../components/login-href';
import { Notice } from '../../components/notice';
import { PageHeading } from '../../components/page-heading';
import { PlainLink } from '../../components/plain-link';
import { Section } from '../../components/section';
import { SignOut } from '../../components/sign-out';
import { CheckGroups } from '../../components/token/check-groups';
import { Explained } from '../../components/token/explained';
import { Parts } from '../../components/token/parts';
import { Ticket } from '../../components/token/ticket';

interface RefusedTokenProps {
  inspection: Inspection;
  /** What there is about the raw token. */
  raw: ReactNode;
}

/** The token page for a token that is refused: why, what mends it, and what it says of itself, marked as just that. */
export function RefusedToken({ inspection, raw }: RefusedTokenProps) {
  const { verdict, headline, remedy, refusal, checks, explained } = inspection;
  return (
    <div className="space-y-8">
      <PageHeading title="Your access token is refused">
        What needs an access token does not work until you have another one. Nothing you saved is lost.
      </PageHeading>
      <Ticket id="verdict" stamp={verdict} headline={headline} remedy={remedy}>
        {refusal ? <Failed refusal={refusal} /> : null}
        <p className="max-w-2xl text-soft">
          If settings or keys have changed since you signed in, a new token may be accepted: sign in again. If
          that one is refused as well, it is for whoever runs this app to change something.
        </p>
        <div className="flex flex-wrap gap-3">
          <PlainLink href={loginHref({ returnTo: '/token' })} className="button button-main">
            Sign in again
          </PlainLink>
          <SignOut />
          <CopyButton text={reportOf(inspection)}>Copy a report for a ticket</CopyButton>
        </div>
      </Ticket>
      <CheckGroups checks={checks} />
      <Section id="parts" title="What it says, not to be believed">
        <Notice tone="warn">
          <p>
            This was read from the token, and the token is refused. Nothing in this app believes it, and
            neither should you: anyone can write anything into a token.
          </p>
        </Notice>
        <Explained claims={explained} />
        <UnusableScopes scopes={inspection.scopes} />
        <Parts {...inspection} isBelieved={false}>
          {raw}
        </Parts>
      </Section>
    </div>
  );
}

function Failed({ refusal }: { refusal: NonNullable<Inspection['refusal']> }) {
  const { check, because, expected, found } = refusal;
  return (
    <div className="wrap-anywhere">
      <p>
        It failed the check <code className="font-semibold">{check}</code>: {visible(because)}.
      </p>
      <p>
        Expected <code>{visible(expected)}</code>, found <code>{visible(found)}</code>.
      </p>
    </div>
  );
}

function UnusableScopes({ scopes }: { scopes: readonly string[] }) {
  if (scopes.length === 0) return <p className="text-soft">It names no scopes.</p>;
  return (
    <div className="space-y-2">
      <h3 className="text-lg font-semibold">Scopes, not usable</h3>
      <p className="text-soft">It names these scopes. While it is refused, none of them permits anything.</p>
      <ul className="flex flex-wrap gap-2 text-sm">
        {scopes.map((scope) => (
          <li key={scope} className="rounded-lg border border-line bg-sunken px-2 py-1">
            <code className="text-soft">{visible(scope)}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
