import { actions, allActions, permittedActions, scopeFor } from '@/lib/access/actions';
import { loginHref } from '../../components/login-href';
import { Mark } from '../../components/mark';
import { ScopeLink } from '../../components/scope-link';

interface ScopesProps {
  granted: readonly string[];
  /** What stands before an action in tokens. */
  prefix: string;
  /** What stands before it in requests. */
  askPrefix: string;
  /** This page, to come back to. */
  path: string;
}

/** What the token's scopes permit, what it lacks and how to ask for it, and scopes that mean nothing here. */
export function Scopes({ granted, prefix, askPrefix, path }: ScopesProps) {
  const permitted = permittedActions(granted, prefix);
  const have = permitted.map((action) => scopeFor(action, askPrefix));
  const known = new Set(allActions.map((action) => scopeFor(action, prefix)));
  const others = granted.filter((scope) => !known.has(scope));
  return (
    <div className="space-y-3">
      <ul className="grid gap-3 sm:grid-cols-2">
        {allActions.map((action) => {
          const scope = scopeFor(action, prefix);
          const has = permitted.includes(action);
          return (
            <li key={action} className="card space-y-1 p-4!">
              <p className="font-semibold">
                <Mark yes={has} words={['You have', 'You lack']} /> <code>{scope}</code>
              </p>
              <p className="text-sm text-soft">
                {has ? 'Unlocks' : 'Would unlock'}: {actions[action].title}. {actions[action].description}.
              </p>
              {has ? null : (
                <p className="text-sm">
                  <ScopeLink
                    scope={scopeFor(action, askPrefix)}
                    href={loginHref({ returnTo: path, scopes: [...have, scopeFor(action, askPrefix)] })}
                  />
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {others.length > 0 ? (
        <p className="text-sm text-soft">
          Also granted, and not asked for by anything in this app:{' '}
          {others.map((scope) => (
            <code key={scope} className="mr-2 text-ink">
              {scope}
            </code>
          ))}
        </p>
      ) : null}
    </div>
  );
}
