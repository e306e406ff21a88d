'use client';

import { useEffect, useRef, useState } from 'react';
import { ActionButton } from '../../components/action-button';
import { Notice } from '../../components/notice';
import { useSession } from '../../components/session-watch/session-watch';
import { type Revealed, reveal } from './reveal';
import { RevealedToken } from './revealed-token';

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
          <p>{answer.trouble}</p>
          {answer.signedOut ? (
            <a href={signInHref} className="link">
              Sign in again
            </a>
          ) : null}
        </Notice>
      ) : null}
      <ActionButton ref={button} className="button" busy={busy} busyText="Fetching…" onClick={show}>
        Reveal access token
      </ActionButton>
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
