'use client';

import { useEffect, useRef, useState } from 'react';
import { withBasePath } from '@/lib/config/base-path';
import { ActionButton } from '../../components/action-button';
import { CopyButton } from '../../components/copy-button';
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

/** The raw token in its three colours, to be selected and copied. */
function RevealedToken({ token, onHide }: { token: string; onHide: () => void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="space-y-3">
      <Notice tone="warn">
        <p>Treat this like a password until it expires. Do not paste it into websites, chats or tickets.</p>
      </Notice>
      <section
        ref={box}
        tabIndex={-1}
        aria-label="Access token"
        className="code-box break-all whitespace-pre-wrap select-all"
      >
        <Coloured token={token} />
      </section>
      <div className="flex flex-wrap items-center gap-3">
        <CopyButton text={token}>Copy</CopyButton>
        <button type="button" className="button" onClick={onHide}>
          Hide
        </button>
      </div>
    </div>
  );
}

const parts = ['header', 'claims', 'signature'] as const;

/** Each part in the colour that it has everywhere; what has not three parts in none. */
function Coloured({ token }: { token: string }) {
  const texts = token.split('.');
  if (texts.length !== parts.length) return token;
  return parts.map((part, index) => (
    <span key={part}>
      {index > 0 ? '.' : null}
      <span data-part={part} className="text-(--part)">
        {texts[index]}
      </span>
    </span>
  ));
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
