import type { RefusedViewer, SignedInViewer, Viewer } from '@/lib/access';
import { actions, allActions, scopeFor } from '@/lib/access/actions';
import { AccountsHint } from '../accounts-hint';
import { viewerOrNobody } from '../frame/viewer-or-nobody';
import { Mark } from '../mark';
import { PlainLink } from '../plain-link';

/** Who the app takes the reader for, and what to do next. */
export async function WhoYouAre({ embedded, prefix }: { embedded: boolean; prefix: string }) {
  const who = await viewerOrNobody();
  return (
    <section aria-labelledby="who" className="card space-y-4">
      {who.state === 'signed-in' ? (
        <Known who={who} prefix={prefix} />
      ) : (
        <Unknown who={who} embedded={embedded} />
      )}
    </section>
  );
}

function Unknown({ who, embedded }: { who: Exclude<Viewer, SignedInViewer>; embedded: boolean }) {
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

function Known({ who, prefix }: { who: SignedInViewer; prefix: string }) {
  return (
    <>
      <h2 id="who" className="text-xl font-semibold wrap-anywhere">
        You are signed in as {who.name}
      </h2>
      <p className="text-soft">
        The provider knows you as <code className="text-ink">{who.token.subject}</code> (the token's subject).
      </p>
      <ul className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {allActions.map((action) => {
          const may = who.actions.includes(action);
          return (
            <li key={action} className="flex items-baseline gap-2">
              <Mark yes={may} />
              <span>
                {actions[action].title} <span className="text-soft">{may ? 'with' : 'needs'}</span>{' '}
                <code className="text-soft">{scopeFor(action, prefix)}</code>
              </span>
            </li>
          );
        })}
      </ul>
      <div className="flex flex-wrap gap-3">
        <PlainLink href="/token" className="button button-main">
          Look at your token
        </PlainLink>
        <PlainLink href="/notes" className="button">
          Go to your notes
        </PlainLink>
      </div>
    </>
  );
}
