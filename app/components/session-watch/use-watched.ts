'use client';

import { useCallback, useEffect, useReducer, useState } from 'react';
import { asker, askSession } from './answer';
import { listen, tell } from './channel';
import { onDoubt } from './doubt';
import { hear, isOver, nextLook, type Shown, shown, watch } from './watched';

/** The session a page was rendered in, as the server saw it then. Times in milliseconds by the server's clock. */
export interface RenderedSession {
  readonly subject: string;
  readonly name: string;
  readonly endsAt: number;
  /** When it was rendered. */
  readonly now: number;
  readonly warnBefore: number;
}

interface Watch {
  readonly shown: Shown;
  readonly doubted: boolean;
  readonly dismiss: () => void;
}

/**
 * Keeps an eye on the session of a page: asks when somebody looks at the page, when a request was refused, when another
 * tab has news, and at the session's end. It never asks by itself otherwise: that would keep the session of an
 * unattended screen alive.
 */
export function useWatched(rendered: RenderedSession): Watch {
  const [watched, tellPage] = useReducer(hear, rendered, watch);
  const [now, setNow] = useState(rendered.now);
  const [ask] = useState(() => asker(askSession, () => performance.now()));

  useEffect(() => {
    const here = Date.now();
    setNow(here);
    const endsAt = rendered.endsAt + here - rendered.now;
    tellPage({ kind: 'answered', answer: { signedIn: true, ...rendered, endsAt }, now: here });
  }, [rendered]);

  const look = useCallback(
    async (occasion: 'look' | 'news', from: 'here' | 'another tab' = 'here') => {
      setNow(Date.now());
      const answer = await ask(occasion);
      if (!answer) return;
      tellPage({ kind: 'answered', answer, now: Date.now() });
      if (!answer.signedIn && from === 'here') tell('ended');
    },
    [ask],
  );

  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === 'visible') void look('look');
    };
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('focus', onVisible);
    const stopDoubting = onDoubt(() => {
      tellPage({ kind: 'doubted' });
      void look('news');
    });
    const stopListening = listen((message) => {
      // Their sign-out has only just begun: the server might not know of it yet.
      if (message === 'signed-out') tellPage({ kind: 'signed-out' });
      else void look('news', 'another tab');
    });
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('focus', onVisible);
      stopDoubting();
      stopListening();
    };
  }, [look]);

  useEffect(() => {
    const wait = nextLook(watched, now);
    if (wait === undefined) return;
    const timer = setTimeout(() => setNow(Date.now()), wait);
    return () => clearTimeout(timer);
  }, [watched, now]);

  const over = isOver(watched, now);
  useEffect(() => {
    if (over) void look('news');
  }, [over, look]);

  const dismiss = useCallback(() => tellPage({ kind: 'dismissed' }), []);
  return { shown: shown(watched, now), doubted: watched.doubted, dismiss };
}
