import type { ReactNode } from 'react';
import type { SignedInViewer } from '@/lib/access';
import { actions, allActions } from '@/lib/access/actions';
import type { Inspection } from '@/lib/inspect';
import { reportOf } from '@/lib/inspect/report';
import { duration, quoted } from '@/lib/inspect/words';
import { providerProfile } from '@/lib/server/provider';
import { verifier } from '@/lib/server/verifier';
import { refreshDueAt } from '@/lib/session';
import { CopyButton } from '../../components/copy-button';
import { Mark } from '../../components/mark';
import { PageHeading } from '../../components/page-heading';
import { Section } from '../../components/section';
import { CheckGroups } from '../../components/token/check-groups';
import { Explained } from '../../components/token/explained';
import { Parts } from '../../components/token/parts';
import { Ticket } from '../../components/token/ticket';
import { TimeLine } from '../../components/token/time-line';
import { CompareButton } from './compare-button';
import { Scopes } from './scopes';

interface VerifiedTokenProps {
  who: SignedInViewer;
  inspection: Inspection;
  /** What there is about the raw token. */
  raw: ReactNode;
}

/** The token page for a token that is accepted: who, what they may do, until when, and then everything else. */
export function VerifiedToken({ who, inspection, raw }: VerifiedTokenProps) {
  const profile = providerProfile();
  return (
    <div className="space-y-8">
      <PageHeading title="Your access token" />
      <Ticket id="verdict" stamp={inspection.verdict} headline={headlineOf(inspection)}>
        <Facts who={who} />
        <div className="flex flex-wrap items-start gap-3">
          {who.session ? <FromTheSession /> : null}
          <CopyButton text={reportOf(inspection)}>Copy a report for a ticket</CopyButton>
        </div>
      </Ticket>
      <Explained claims={inspection.explained} />
      <CheckGroups checks={inspection.checks} />
      <Section id="scopes" title="Scopes and what they unlock">
        <Scopes
          granted={who.token.scopes}
          prefix={profile.tokenPrefix}
          askPrefix={profile.requestPrefix}
          path="/token"
        />
      </Section>
      <Section id="parts" title="What is in it">
        <Parts {...inspection} isBelieved={inspection.verdict === 'accepted'}>
          {raw}
        </Parts>
      </Section>
    </div>
  );
}

/** How long it is valid stands on the ticket, and moves. */
const headlineOf = ({ verdict, headline }: Inspection) =>
  verdict === 'accepted' ? 'Accepted by this API' : headline;

/** Who, what they may do, until when, and by what that is known. */
function Facts({ who: { name, token, actions: permitted, session } }: { who: SignedInViewer }) {
  const { issuedAt, expiresAt } = token;
  const renewedFrom =
    session && issuedAt !== undefined
      ? refreshDueAt({ obtainedAt: issuedAt, accessTokenExpiresAt: expiresAt })
      : undefined;
  return (
    <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[7rem_minmax(0,1fr)] sm:gap-y-4">
      <Fact term="Who">
        <p>
          <span className="font-semibold">{name}</span> <code className="text-soft">{token.subject}</code>
        </p>
        <p className="text-sm text-soft">
          by <code>{token.issuer}</code>
        </p>
      </Fact>
      <Fact term="May">
        <ul className="flex flex-wrap gap-x-4 gap-y-1">
          {allActions.map((action) => (
            <li key={action} className={permitted.includes(action) ? '' : 'text-soft'}>
              <Mark yes={permitted.includes(action)} /> {actions[action].title}
            </li>
          ))}
        </ul>
      </Fact>
      <Fact term="Until">
        <TimeLine issuedAt={issuedAt} renewedFrom={renewedFrom} expiresAt={expiresAt} now={now()} />
      </Fact>
      <Fact term="Verified by">
        <p className="text-sm wrap-anywhere">{keyInWords(token.header.kid)}</p>
      </Fact>
    </dl>
  );
}

const now = () => Date.now() / 1_000;

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="mt-2 text-sm text-soft sm:mt-0 sm:pt-0.5">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function keyInWords(kid: unknown): string {
  const { keys, lastSuccess } = verifier().state();
  const which = typeof kid === 'string' ? `the key ${quoted(kid)}` : 'a key without a name';
  const of = keys.length === 1 ? 'the only one' : `one of ${keys.length}`;
  const age =
    lastSuccess === undefined
      ? 'The provider has not been asked for its keys yet.'
      : `They were fetched ${duration(now() - lastSuccess / 1_000)} ago.`;
  return `${which}, ${of} that the provider publishes. ${age}`;
}

/** What only a browser's own session can do. */
function FromTheSession() {
  return (
    <>
      <CompareButton
        path="/auth/refresh"
        names={['The token before', 'The new token']}
        busyText="Refreshing…"
        className="button button-main"
        isRenewal
      >
        Refresh now
      </CompareButton>
      <CompareButton
        path="/auth/id-token"
        names={['The access token', 'The ID token']}
        busyText="Comparing…"
        className="button"
      >
        Compare with the ID token
      </CompareButton>
    </>
  );
}
