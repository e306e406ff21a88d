'use client';

import { type ReactNode, useState } from 'react';
import { ActionButton } from './action-button';

interface CopyButtonProps {
  text: string;
  /** What is said once it is copied. */
  copied?: string;
  /** What the button says. */
  children: ReactNode;
}

/** Copies a text. Where the browser does not allow that, the text is shown, to be copied by hand. */
export function CopyButton({ text, copied = 'Copied.', children }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'not allowed'>();

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      // No clipboard without a secure context or a permission.
      setOutcome('not allowed');
    }
  }

  return (
    <>
      <ActionButton className="button" onClick={copy}>
        {children}
      </ActionButton>
      <p role="status" className="text-sm text-soft empty:hidden">
        {outcome === 'copied' ? copied : null}
        {outcome === 'not allowed' ? 'This browser does not allow copying by a button: here it is.' : null}
      </p>
      {outcome === 'not allowed' ? (
        <pre className="code-box max-h-64 basis-full whitespace-pre-wrap wrap-anywhere select-all">
          {text}
        </pre>
      ) : null}
    </>
  );
}
