'use client';

import { useEffect, useState } from 'react';
import { withBasePath } from '@/lib/config/base-path';
import { type CallbackSettings, type Finish, finishSignIn } from '@/lib/sign-in';
import { tellOtherTabs } from '../../components/session-watch/messages';
import { SignInFailed } from './sign-in-failed';

type Failure = Extract<Finish, { outcome: 'failed' }>['failure'];

/** Redeems the authorization response in the address bar and goes on, or says why it cannot. */
export function FinishSignIn({ settings }: { settings: CallbackSettings }) {
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    let gone = false;
    void finishSignIn(settings, window.location.href).then((finish) => {
      if (gone) return;
      if (finish.outcome === 'failed') return setFailure(finish.failure);
      tellOtherTabs('signed-in');
      // Replaced, so that the back button does not lead to an authorization response that has been used.
      window.location.replace(withBasePath(finish.returnTo));
    });
    return () => {
      gone = true;
    };
  }, [settings]);

  if (failure) return <SignInFailed failure={failure} />;
  return (
    <div role="status" className="flex items-center gap-3 py-10 text-lg">
      <span
        aria-hidden="true"
        className="size-5 motion-safe:animate-spin rounded-full border-3 border-line border-t-accent"
      />
      Finishing sign-in…
    </div>
  );
}
