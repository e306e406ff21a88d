import { useEffect, useRef } from 'react';
import type { Finish } from '@/lib/sign-in';
import { loginHref } from '../../components/login-href';
import { PlainLink } from '../../components/plain-link';

type Failure = Extract<Finish, { outcome: 'failed' }>['failure'];

/** Why a sign-in did not come to its end, and the ways on. */
export function SignInFailed({ failure }: { failure: Failure }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} role="alert" tabIndex={-1} className="card mx-auto max-w-xl space-y-4">
      <h1 className="text-2xl font-semibold tracking-tight">{failure.title}</h1>
      <p className="wrap-anywhere">{failure.detail}</p>
      <p className="wrap-anywhere">{failure.next}</p>
      <div className="flex flex-wrap gap-3">
        <PlainLink href={loginHref({ returnTo: failure.returnTo })} className="button button-main">
          Sign in again
        </PlainLink>
        <PlainLink href="/" className="button">
          Go to the start page
        </PlainLink>
      </div>
      <p className="text-sm text-soft">
        Error code: <code>{failure.code}</code>
      </p>
    </div>
  );
}
