'use client';

import { useEffect, useRef, useState } from 'react';
import { ActionButton } from '../components/action-button';
import { Notice } from '../components/notice';
import { PlainLink } from '../components/plain-link';
import { type Answer, offerFor } from './offer';
import { openExplorer } from './swagger';

/** Swagger UI, loaded on this page alone, and a field for a bearer token, which stays in this page's memory. */
export function Explorer({ document, have }: { document: string; have: readonly string[] }) {
  const place = useRef<HTMLDivElement>(null);
  const token = useRef('');
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const [answer, setAnswer] = useState<Answer>();

  useEffect(() => {
    const { current } = place;
    if (!current) return;
    let left = false;
    openExplorer(current, {
      document,
      bearer: () => token.current,
      onAnswer: (next) => left || setAnswer(next),
    }).then(
      () => left || setState('shown'),
      () => left || setState('failed'),
    );
    return () => {
      left = true;
    };
  }, [document]);

  const offer = answer && offerFor(answer, { bearer: token.current !== '', have });
  return (
    <div className="space-y-6">
      <Bearer onUse={(value) => (token.current = value)} />
      {state === 'failed' ? (
        <Notice tone="bad" role="alert">
          <p>The explorer could not be loaded. Reload this page to try again.</p>
        </Notice>
      ) : null}
      <h2 className="sr-only">Operations</h2>
      {/* As much room as it will need: nothing below it moves. */}
      <div className="relative min-h-screen">
        {state === 'loading' ? (
          <p role="status" className="absolute text-soft">
            Loading the explorer…
          </p>
        ) : null}
        <div ref={place} id="explorer" />
      </div>
      <div role="status" className="sticky bottom-4 z-10">
        {offer ? (
          <Notice tone="warn">
            <p>{offer.says}</p>
            {offer.href ? (
              <PlainLink href={offer.href} className="button">
                {offer.name}
              </PlainLink>
            ) : null}
          </Notice>
        ) : null}
      </div>
    </div>
  );
}

/** Requests carry it instead of the session until the page is left. */
function Bearer({ onUse }: { onUse: (token: string) => void }) {
  const [used, setUsed] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  function use(value: string) {
    onUse(value.trim().replace(/^Bearer +/i, ''));
    setUsed(value.trim() !== '');
    if (field.current && value === '') field.current.value = '';
  }

  return (
    <details className="card">
      <summary className="cursor-pointer font-semibold">Use another token</summary>
      <form
        className="mt-4 space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          use(field.current?.value ?? '');
        }}
      >
        <label htmlFor="bearer" className="block">
          Access token
        </label>
        <input
          ref={field}
          id="bearer"
          type="password"
          autoComplete="off"
          spellCheck={false}
          aria-describedby="bearer-note"
          className="field font-mono"
        />
        <p id="bearer-note" className="text-sm text-soft">
          Sent in place of your session, kept in the memory of this page alone, and gone when you leave it.
        </p>
        <div className="flex flex-wrap items-center gap-3">
          <ActionButton type="submit" className="button">
            Use it
          </ActionButton>
          {used ? (
            <ActionButton className="button" onClick={() => use('')}>
              Forget it
            </ActionButton>
          ) : null}
          <p role="status" className="text-sm text-soft">
            {used ? 'Requests now carry this token.' : ''}
          </p>
        </div>
      </form>
    </details>
  );
}
