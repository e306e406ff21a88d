'use client';

import { useCallback, useEffect, useReducer, useState } from 'react';
import { fetchSession, throttled } from './fetch-session';
import { listenToOtherTabs, onUnauthorized, tellOtherTabs } from './messages';
import { initialState, isOver, nextState, type Shown, shown, timeUntilChange } from './session-state';

/** The session a page was rendered in, as the server saw it then. Times in milliseconds by the server's clock. */
export interface RenderedSession {
  readonly subject: string;
  readonly name: string;
  readonly endsAt: number;
  /** When it was rendered. */
  readonly now: number;
  readonly warnBefore: number;
}

interface PageSession {
  readonly shown: Shown;
  readonly unauthorized: boolean;
  readonly dismiss: () => void;
}

/**
 * Follows what becomes of the session of a page: asks when somebody looks at the page, when a request was refused, when
 * another tab has news, and at the session's end. It never asks by itself otherwise: that would keep the session of an
 * unattended screen alive.
 */
export function useSessionState(rendered: RenderedSession): PageSession {
  const [state, dispatch] = useReducer(nextState, rendered, initialState);
  const [now, setNow] = useState(rendered.now);
  const [ask] = useState(() => throttled(fetchSession, () => performance.now()));

  useEffect(() => {
    const here = Date.now();
    setNow(here);
    const endsAt = rendered.endsAt + here - rendered.now;
    dispatch({ kind: 'answered', answer: { signedIn: true, ...rendered, endsAt }, now: here });
  }, [rendered]);

  const look = useCallback(
    async (occasion: 'look' | 'news', from: 'here' | 'another tab' = 'here') => {
      setNow(Date.now());
      const answer = await ask(occasion);
      if (!answer) return;
      dispatch({ kind: 'answered', answer, now: Date.now() });
      if (!answer.signedIn && from === 'here') tellOtherTabs('ended');
    },
    [ask],
  );

  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === 'visible') void look('look');
    };
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('focus', onVisible);
    const stopUnauthorized = onUnauthorized(() => {
      dispatch({ kind: 'unauthorized' });
      void look('news');
    });
    const stopListening = listenToOtherTabs((message) => {
      // Their sign-out has only just begun: the server might not know of it yet.
      if (message === 'signed-out') dispatch({ kind: 'signed-out' });
      else void look('news', 'another tab');
    });
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('focus', onVisible);
      stopUnauthorized();
      stopListening();
    };
  }, [look]);

  useEffect(() => {
    const wait = timeUntilChange(state, now);
    if (wait === undefined) return;
    const timer = setTimeout(() => setNow(Date.now()), wait);
    return () => clearTimeout(timer);
  }, [state, now]);

  const over = isOver(state, now);
  useEffect(() => {
    if (over) void look('news');
  }, [over, look]);

  const dismiss = useCallback(() => dispatch({ kind: 'dismissed' }), []);
  return { shown: shown(state, now), unauthorized: state.unauthorized, dismiss };
}
