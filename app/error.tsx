'use client';

import { useEffect, useRef } from 'react';
import { PlainLink } from './components/plain-link';

/** What someone sees when a page could not be rendered. In production the cause is in the server's log alone. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const digest = digestOf(error);
  return (
    <div role="alert" className="max-w-2xl space-y-4">
      <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight sm:text-3xl">
        This page could not be shown
      </h1>
      <p>
        Something went wrong on our side, or a service this page needs (the sign-in provider, the database)
        did not answer. Nothing you saved is lost, and you have not been signed out.
      </p>
      <div className="flex flex-wrap gap-3">
        <button type="button" className="button button-main" onClick={retry}>
          Try again
        </button>
        <PlainLink href="/" className="button">
          Go to the start page
        </PlainLink>
      </div>
      {digest ? (
        <p className="text-sm text-soft">
          For whoever runs this app: the server's log has the cause under <code>{digest}</code>.
        </p>
      ) : null}
    </div>
  );
}

/** The name under which the server logged an error, where Next gave it one. */
function digestOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return undefined;
  return typeof error.digest === 'string' ? error.digest : undefined;
}
