import type { RefusedViewer, SignedInViewer, Viewer } from '@/lib/access';
import { AccountsHint } from '../accounts-hint';
import { PlainLink } from '../plain-link';

/** What this is, and how somebody who is not known to it begins. */
export function Welcome({ who, embedded }: { who: Exclude<Viewer, SignedInViewer>; embedded: boolean }) {
  return (
    <div className="space-y-6">
      <h1 className="max-w-3xl text-3xl font-semibold tracking-tight sm:text-4xl">
        See what your provider puts in a token, and whether an API would accept it
      </h1>
      <section aria-labelledby="who" className="max-w-2xl space-y-4">
        <Begin who={who} embedded={embedded} />
      </section>
    </div>
  );
}

function Begin({ who, embedded }: { who: Exclude<Viewer, SignedInViewer>; embedded: boolean }) {
  if (who.state === 'refused') return <Refused {...who} />;
  if (who.state === 'unavailable') {
    return (
      <>
        <h2 id="who" className="text-xl font-semibold">
          You are signed in
        </h2>
        <p className="text-soft">Who you are will be shown again when the sign-in provider can be used.</p>
      </>
    );
  }
  return (
    <>
      <h2 id="who" className="text-xl font-semibold">
        You are not signed in
      </h2>
      {embedded ? (
        <AccountsHint />
      ) : (
        <p>Sign in with your provider to see your token and what its scopes unlock.</p>
      )}
      <PlainLink href="/login" className="button button-main">
        Sign in
      </PlainLink>
    </>
  );
}

function Refused({ check, because }: RefusedViewer) {
  return (
    <>
      <h2 id="who" className="text-xl font-semibold">
        Your access token is refused
      </h2>
      <p className="text-soft wrap-anywhere">
        It failed the check <code className="text-ink">{check}</code>: {because}. Until you have another one,
        this app takes you for nobody.
      </p>
      <div className="flex flex-wrap gap-3">
        <PlainLink href="/token" className="button button-main">
          See why it was refused
        </PlainLink>
        <PlainLink href="/login" className="button">
          Sign in again
        </PlainLink>
      </div>
    </>
  );
}
