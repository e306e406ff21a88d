'use client';

import { type ReactNode, type SubmitEvent, useState } from 'react';
import { withBasePath } from '@/lib/config/base-path';

export interface PostFormProps {
  /** Route of this app that it is sent to, without the base path. */
  action: string;
  fields?: Readonly<Record<string, string>>;
  className?: string;
  /** What the button says while the answer is awaited: `Ending…`. */
  busyText: string;
  onSend?: () => void;
  /** What the button says. */
  children: ReactNode;
}

/** One button that sends a form, before and without any script too; with it, no more than once. */
export function PostForm({
  action,
  fields = {},
  className = 'button',
  busyText,
  onSend,
  children,
}: PostFormProps) {
  const [busy, setBusy] = useState(false);

  function send(event: SubmitEvent<HTMLFormElement>) {
    if (busy) return event.preventDefault();
    setBusy(true);
    onSend?.();
  }

  return (
    <form method="post" action={withBasePath(action)} onSubmit={send}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className={className} aria-disabled={busy || undefined}>
        {busy ? busyText : children}
      </button>
    </form>
  );
}
