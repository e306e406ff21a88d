'use client';

import { PlainLink } from './plain-link';
import { rememberStepUp, useReturned } from './step-up';

interface ScopeLinkProps {
  scope: string;
  /** Where to sign in with it. */
  href: string;
}

/** The way to a scope that is missing; whoever comes back without it is told so, once. */
export function ScopeLink({ scope, href }: ScopeLinkProps) {
  const returned = useReturned(scope);
  return (
    <>
      {returned ? (
        <b className="block text-warn">Your provider did not grant it, or you did not allow it. </b>
      ) : null}
      <PlainLink href={href} onClick={() => rememberStepUp(scope)} className="link inline-block py-1">
        {returned ? 'Ask once more' : 'Sign in with it'}
        <span className="sr-only">: {scope}</span>
      </PlainLink>
    </>
  );
}
