import type { ReactNode } from 'react';
import type { ExplainedCheck, JsonObject } from '@/lib/token';
import { loginHref } from '../../components/login-href';
import { Notice } from '../../components/notice';
import { PageHeading } from '../../components/page-heading';
import { PlainLink } from '../../components/plain-link';
import { Section } from '../../components/section';
import { SignOut } from '../../components/sign-out';
import { Checks } from './checks';
import { claimMeanings, headerMeanings } from './claim-meanings';
import { Claims } from './claims';

/** What a token says of itself, which nobody has verified. */
interface UnverifiedToken {
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly scopes: readonly string[];
}

interface RefusedTokenProps {
  refusal: {
    /** The first check that failed. */
    check: string;
    because: string;
    /** For whoever runs the app. */
    hint: string;
  };
  checks: readonly ExplainedCheck[];
  unverified: UnverifiedToken;
  /** The section about the raw token. */
  raw: ReactNode;
}

/** The token page for a token that is refused: why, in detail, and what it says of itself, marked as just that. */
export function RefusedToken({ refusal, checks, unverified, raw }: RefusedTokenProps) {
  return (
    <div className="space-y-8">
      <Verdict refusal={refusal} line={checks.find(({ name }) => name === refusal.check)} />
      <Section id="checks" title="Checks">
        <Checks checks={checks} />
      </Section>
      <Unverified {...unverified} />
      <Section id="raw" title="Raw token">
        {raw}
      </Section>
    </div>
  );
}

/** Why it is refused, and the ways on. */
function Verdict({
  refusal: { check, because, hint },
  line,
}: {
  refusal: RefusedTokenProps['refusal'];
  line: ExplainedCheck | undefined;
}) {
  return (
    <div className="space-y-5">
      <PageHeading title="Your access token is refused">
        What needs an access token does not work until you have another one. Nothing you saved is lost.
      </PageHeading>
      <Notice tone="bad">
        <p className="wrap-anywhere">
          It failed the check <code className="font-semibold">{check}</code>: {because}.
        </p>
        {line ? (
          <p className="wrap-anywhere">
            Expected <code>{line.expected}</code>, found <code>{line.found}</code>.
          </p>
        ) : null}
      </Notice>
      <p className="max-w-2xl text-soft">
        If settings or keys have changed since you signed in, a new token may be accepted: sign in again. If
        that one is refused as well, it is for whoever runs this app to change something. {hint}
      </p>
      <div className="flex flex-wrap gap-3">
        <PlainLink href={loginHref({ returnTo: '/token' })} className="button button-main">
          Sign in again
        </PlainLink>
        <SignOut />
      </div>
    </div>
  );
}

/** Header, claims and scopes as they stand in the token, or that there is nothing to be read. */
function Unverified({ header, claims, scopes }: UnverifiedToken) {
  if (!header && !claims) {
    return (
      <Section id="unverified" title="What the token says">
        <p className="text-soft">It has no header and no claims that can be read.</p>
      </Section>
    );
  }
  return (
    <Section id="unverified" title="What the token says, not to be believed">
      <Notice tone="warn">
        <p>
          This was read from the token, and the token is refused. Nothing in this app believes it, and neither
          should you: anyone can write anything into a token.
        </p>
      </Notice>
      <div className="space-y-6 border-l-4 border-warn/40 pl-3 sm:pl-5">
        <Part title="Scopes, not usable">
          <UnusableScopes scopes={scopes} />
        </Part>
        {claims ? (
          <Part title="Claims, not verified">
            <Claims claims={claims} meanings={claimMeanings} other="A claim that is not known here." />
          </Part>
        ) : null}
        {header ? (
          <Part title="Header, not verified">
            <Claims claims={header} meanings={headerMeanings} other="A member that is not known here." />
          </Part>
        ) : null}
      </div>
    </Section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="space-y-3">
      <h3 className="text-lg font-semibold">{title}</h3>
      {children}
    </div>
  );
}

function UnusableScopes({ scopes }: { scopes: readonly string[] }) {
  if (scopes.length === 0) return <p className="text-soft">It names no scopes.</p>;
  return (
    <>
      <p className="text-soft">It names these scopes. While it is refused, none of them permits anything.</p>
      <ul className="flex flex-wrap gap-2 text-sm">
        {scopes.map((scope) => (
          <li key={scope} className="rounded-lg border border-line bg-sunken px-2 py-1">
            <code className="text-soft">{scope}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
