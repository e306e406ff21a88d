import type { ReactNode } from 'react';
import { reasonText } from '../../login/reason';
import { LocalTime } from '../local-time';
import { PlainLink } from '../plain-link';
import type { Shown } from './session-state';

interface SessionNoticeProps {
  shown: Shown;
  /** Whose page it is. */
  name: string;
  /** This page, to load it anew. */
  here: string;
  signInHref: string;
  onDismiss: () => void;
}

/** What became of the session, at the lower edge of the screen. The status is there before it says anything. */
export function SessionNotice({ shown, ...rest }: SessionNoticeProps) {
  return <div role="status">{shown.kind === 'nothing' ? null : <Words shown={shown} {...rest} />}</div>;
}

function Words({
  shown,
  name,
  here,
  signInHref,
  onDismiss,
}: SessionNoticeProps & { shown: Exclude<Shown, { kind: 'nothing' }> }) {
  switch (shown.kind) {
    case 'ending':
      return (
        <Bar
          actions={
            <>
              <SignInAgain href={signInHref} />
              <button type="button" className="button" onClick={onDismiss}>
                Not now
              </button>
            </>
          }
        >
          You will be signed out at <LocalTime at={shown.at} day={false} />. Sign in again now to go on; what
          you have typed stays.
        </Bar>
      );
    case 'ended':
      return (
        <Bar actions={<SignInAgain href={signInHref} />}>
          {reasonText(shown.reason)} What you have typed stays.
        </Bar>
      );
    case 'someone-else':
      return (
        <Bar
          actions={
            <PlainLink href={here} className="button">
              Reload this page
            </PlainLink>
          }
        >
          You are now signed in as <strong>{shown.name}</strong> in this browser. This page is still {name}’s:
          copy what you have typed before you reload it.
        </Bar>
      );
  }
}

function SignInAgain({ href }: { href: string }) {
  return (
    <PlainLink href={href} className="button button-main">
      Sign in again
    </PlainLink>
  );
}

function Bar({ actions, children }: { actions: ReactNode; children: ReactNode }) {
  return (
    <div className="session-notice border-t border-warn/40 bg-warn-tint text-warn">
      <div className="mx-auto flex max-w-5xl flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-3 sm:flex-nowrap sm:px-6">
        <p className="min-w-0 wrap-anywhere">{children}</p>
        <div className="flex shrink-0 flex-wrap gap-3">{actions}</div>
      </div>
    </div>
  );
}
