'use client';

import { type SubmitEvent, useEffect, useState } from 'react';
import { beginSignIn, type SignInSettings } from '@/lib/sign-in';
import { ActionButton } from '../components/action-button';
import { Notice } from '../components/notice';
import type { Choice } from './choices';

interface SignInFormProps {
  settings: SignInSettings;
  choices: readonly Choice[];
  returnTo: string;
  /** Who signs people in, in a few characters. */
  host: string;
}

/** What to ask for, and the button that leads to the provider. */
export function SignInForm({ settings, choices, returnTo, host }: SignInFormProps) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    // Whoever comes back from the provider with the back button finds the page as they left it: busy.
    const ready = () => setBusy(false);
    window.addEventListener('pageshow', ready);
    return () => window.removeEventListener('pageshow', ready);
  }, []);

  async function signIn(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const scopes = new FormData(event.currentTarget).getAll('scope').map(String);
    setBusy(true);
    setFailed(false);
    try {
      await beginSignIn(settings, { scopes, returnTo });
    } catch {
      setFailed(true);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={signIn} className="card space-y-5">
      <fieldset>
        <legend className="mb-3 font-semibold">What your token should permit</legend>
        <div className="divide-y divide-line rounded-lg border border-line">
          {choices.map((choice) => (
            <ScopeChoice key={choice.scope} {...choice} />
          ))}
        </div>
      </fieldset>
      <p className="text-sm text-soft">The provider may grant less than you ask for.</p>
      {failed ? (
        <Notice tone="bad" role="alert">
          <p>Sign-in could not begin in this browser. Nothing was sent. Try again, or reload this page.</p>
        </Notice>
      ) : null}
      <p role="status" className="sr-only">
        {busy ? `Going to ${host}` : ''}
      </p>
      <noscript>
        <p>Signing in needs JavaScript: the browser itself makes the request and its proof (PKCE).</p>
      </noscript>
      <ActionButton
        type="submit"
        className="button button-main w-full"
        busy={busy}
        busyText={`Sign in with ${host}…`}
      >
        Sign in with {host}
      </ActionButton>
    </form>
  );
}

function ScopeChoice({ scope, title, description, ticked }: Choice) {
  return (
    <label className="flex cursor-pointer gap-3 px-4 py-3 hover:bg-sunken">
      <input
        type="checkbox"
        name="scope"
        value={scope}
        defaultChecked={ticked}
        className="mt-1 size-5 shrink-0 accent-accent"
      />
      <span className="min-w-0">
        <span className="block font-medium">{title}</span>
        <span className="block text-sm text-soft">{description}</span>
        <code className="block text-sm text-soft">{scope}</code>
      </span>
    </label>
  );
}
