'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { withBasePath } from '@/lib/config/base-path';
import type { Comparison } from '@/lib/inspect';
import { ActionButton } from '../../components/action-button';
import { Notice } from '../../components/notice';
import { PlainLink } from '../../components/plain-link';
import { reportUnauthorized } from '../../components/session-watch/messages';
import { useSession } from '../../components/session-watch/session-watch';
import { ComparedTokens } from '../../components/token/comparison';

interface CompareButtonProps {
  /** The route that is asked, with `POST`. */
  path: string;
  /** What the two tokens are called. */
  names: readonly [one: string, other: string];
  busyText: string;
  className: string;
  /** Whether it brings a new token, which the page then shows. */
  isRenewal?: boolean;
  /** What the button says. */
  children: ReactNode;
}

type Answer = { comparison: Comparison } | { problem: string; isSignedOut: boolean };

/** Asks for two tokens of this session to be compared, and shows the answer below. */
export function CompareButton({
  path,
  names,
  busyText,
  className,
  isRenewal = false,
  children,
}: CompareButtonProps) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Answer>();

  async function go() {
    setBusy(true);
    const came = await ask(path);
    setAnswer(came);
    setBusy(false);
    if (isRenewal && 'comparison' in came) router.refresh();
  }

  return (
    <>
      <ActionButton className={className} busy={busy} busyText={busyText} onClick={go}>
        {children}
      </ActionButton>
      {answer ? (
        <div className="order-last basis-full space-y-3 border-t border-line pt-4" role="status">
          {'comparison' in answer ? (
            <>
              <ComparedTokens comparison={answer.comparison} names={names} />
              <button type="button" className="button" onClick={() => setAnswer(undefined)}>
                Close the comparison
              </button>
            </>
          ) : (
            <Problem {...answer} />
          )}
        </div>
      ) : null}
    </>
  );
}

function Problem({ problem, isSignedOut }: { problem: string; isSignedOut: boolean }) {
  const { signInHref } = useSession();
  return (
    <Notice tone="bad">
      <p>{problem}</p>
      {isSignedOut ? (
        <PlainLink href={signInHref} className="link">
          Sign in again
        </PlainLink>
      ) : null}
    </Notice>
  );
}

async function ask(path: string): Promise<Answer> {
  try {
    const response = await fetch(withBasePath(path), {
      method: 'POST',
      headers: { accept: 'application/json' },
    });
    const body: Comparison & { title?: string; detail?: string; hint?: string } = await response.json();
    if (response.ok) return { comparison: body };
    if (response.status === 401) {
      reportUnauthorized();
      return { problem: 'Your session has ended.', isSignedOut: true };
    }
    const { title, detail, hint } = body;
    return { problem: [title, detail, hint].filter(Boolean).join(' '), isSignedOut: false };
  } catch {
    return {
      problem: 'The server could not be reached. Check your connection and try again.',
      isSignedOut: false,
    };
  }
}
