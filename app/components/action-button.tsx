'use client';

import type { ComponentProps } from 'react';
import { useHydrated } from './hydrated';

interface ActionButtonProps extends ComponentProps<'button'> {
  /** While its action is under way. */
  busy?: boolean;
  /** What it then says: `Saving…`. */
  busyText?: string;
}

/**
 * A button that needs script. It does nothing before hydration and cannot be pressed twice, yet keeps the focus: a
 * `disabled` button would drop the keyboard at the top of the page.
 */
export function ActionButton({
  busy = false,
  busyText,
  type = 'button',
  onClick,
  children,
  ...rest
}: ActionButtonProps) {
  const hydrated = useHydrated();
  return (
    <button
      {...rest}
      type={hydrated ? type : 'button'}
      aria-disabled={busy || !hydrated || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? (busyText ?? children) : children}
    </button>
  );
}
