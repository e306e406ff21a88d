import type { SignedInViewer } from '@/lib/access';
import { type Action, actions, allActions, scopeFor } from '@/lib/access/actions';
import { loginHref } from '../login-href';
import { Mark } from '../mark';
import { PlainLink } from '../plain-link';

const pages = [
  { href: '/token', name: 'Your token', about: 'its claims, its scopes, and every check it passed' },
  { href: '/sessions', name: 'Your sessions', about: 'where you are signed in, and the way out of each' },
  { href: '/docs', name: 'The API', about: 'every operation, to read and to try' },
];

interface WhatYouCanDoProps {
  who: SignedInViewer;
  /** What stands before an action's name where its scope is asked for. */
  prefix: string;
}

/** What somebody signed in can do now: each action, or the scope that it lacks and the way to it. */
export function WhatYouCanDo({ who, prefix }: WhatYouCanDoProps) {
  const have = who.actions.map((action) => scopeFor(action, prefix));
  const way = (action: Action) => loginHref({ scopes: [...have, scopeFor(action, prefix)] });
  return (
    <div className="space-y-6">
      <div className="space-y-2">
        <h1 className="text-2xl font-semibold tracking-tight sm:text-3xl">You are signed in as {who.name}</h1>
        <p className="text-soft">
          Your provider knows you as <code className="text-ink">{who.token.subject}</code>, the token's
          subject. This is what your token permits:
        </p>
      </div>
      <ul className="grid gap-3 sm:grid-cols-2">
        {allActions.map((action) => {
          const may = who.actions.includes(action);
          const scope = scopeFor(action, prefix);
          return (
            <li
              key={action}
              className="flex flex-wrap items-baseline gap-x-2 rounded-lg border border-line bg-card px-4 py-3"
            >
              <Mark yes={may} />
              <span className="font-semibold">{actions[action].title}</span>
              <code className="text-soft">{scope}</code>
              {may ? null : (
                <PlainLink href={way(action)} className="link ml-auto inline-block py-1 text-sm">
                  Sign in with it
                  <span className="sr-only">: {scope}</span>
                </PlainLink>
              )}
            </li>
          );
        })}
      </ul>
      <PlainLink href="/notes" className="button button-main">
        Go to your notes
      </PlainLink>
      <ul className="space-y-1">
        {pages.map(({ href, name, about }) => (
          <li key={href}>
            <PlainLink href={href} className="link inline-block py-1">
              {name}
            </PlainLink>
            <span className="text-soft">: {about}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
