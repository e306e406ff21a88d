'use client';

import { useEffect, useRef, useState } from 'react';
import { withBasePath } from '@/lib/config/base-path';
import { ActionButton } from '../../components/action-button';
import { Notice } from '../../components/notice';
import { PlainLink } from '../../components/plain-link';
import { reportUnauthorized } from '../../components/session-watch/messages';
import { useSession } from '../../components/session-watch/session-watch';

/** The raw token, or why it did not come. */
type Revealed = { token: string } | { error: string; signedOut: boolean };

/** The button that fetches the raw token. It is held by this component alone and forgotten when hidden. */
export function RevealToken() {
  const { signInHref } = useSession();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Revealed>();
  const button = useRef<HTMLButtonElement>(null);
  const wasHidden = useRef(false);

  useEffect(() => {
    if (wasHidden.current && !answer) button.current?.focus();
  }, [answer]);

  async function show() {
    setBusy(true);
    setAnswer(await reveal());
    setBusy(false);
  }

  function hide() {
    wasHidden.current = true;
    setAnswer(undefined);
  }

  if (answer && 'token' in answer) return <RevealedToken token={answer.token} onHide={hide} />;
  return (
    <div className="space-y-3">
      <p className="text-soft">
        Your token is not in this page. Fetch it to paste it into a tool that you trust: whoever has it can do
        what its scopes permit until it expires.
      </p>
      {answer ? (
        <Notice tone="bad" role="alert">
          <p>{answer.error}</p>
          {answer.signedOut ? (
            <PlainLink href={signInHref} className="link">
              Sign in again
            </PlainLink>
          ) : null}
        </Notice>
      ) : null}
      <ActionButton ref={button} className="button" busy={busy} busyText="Fetching…" onClick={show}>
        Reveal access token
      </ActionButton>
    </div>
  );
}

/** Asks the server for the raw access token of this browser's session. */
async function reveal(): Promise<Revealed> {
  try {
    const response = await fetch(withBasePath('/auth/reveal'), {
      method: 'POST',
      headers: { accept: 'application/json' },
    });
    const answer: { access_token?: unknown; title?: unknown } = await response.json();
    if (response.ok && typeof answer.access_token === 'string') return { token: answer.access_token };
    if (response.status === 401) {
      reportUnauthorized();
      return { error: 'Your session has ended.', signedOut: true };
    }
    return {
      error: typeof answer.title === 'string' ? answer.title : 'The token did not come.',
      signedOut: false,
    };
  } catch {
    return {
      error: 'The server could not be reached. Check your connection and try again.',
      signedOut: false,
    };
  }
}

/** The raw token in a box that scrolls and can be selected and copied. */
function RevealedToken({ token, onHide }: { token: string; onHide: () => void }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<'yes' | 'no'>();
  useEffect(() => box.current?.focus(), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(token);
      setCopied('yes');
    } catch {
      // No clipboard without a secure context or a permission: leave it selected for the keyboard.
      box.current?.select();
      setCopied('no');
    }
  }

  return (
    <div className="space-y-3">
      <Notice tone="warn">
        <p>Treat this like a password until it expires. Do not paste it into websites, chats or tickets.</p>
      </Notice>
      <label htmlFor="access-token" className="block font-medium">
        Access token
      </label>
      <textarea
        ref={box}
        id="access-token"
        readOnly
        spellCheck={false}
        autoComplete="off"
        rows={8}
        value={token}
        className="code-box w-full resize-y break-all"
      />
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="button" onClick={copy}>
          Copy
        </button>
        <button type="button" className="button" onClick={onHide}>
          Hide
        </button>
        <p role="status" className="text-sm text-soft">
          {copied === 'yes' ? 'Copied.' : null}
          {copied === 'no' ? 'This browser does not allow copying by a button; the token is selected.' : null}
        </p>
      </div>
    </div>
  );
}

/** In its place where the operator does not allow it. */
export function RevealOff() {
  return (
    <p className="text-soft">
      The raw token is not shown here: <code className="text-ink">TOKEN_REVEAL</code> is off, as it is by
      default on any address that is not this machine's own. Whoever runs this app can set{' '}
      <code className="text-ink">TOKEN_REVEAL=on</code>.
    </p>
  );
}
