import type { ReactNode, Ref } from 'react';

const tones = {
  info: 'border-accent/40 bg-tint text-ink',
  good: 'border-good/40 bg-good-tint text-good',
  warn: 'border-warn/40 bg-warn-tint text-warn',
  bad: 'border-bad/40 bg-bad-tint text-bad',
} as const;

export interface NoticeProps {
  tone?: keyof typeof tones;
  /** `alert` interrupts a screen reader: for what has just gone wrong. */
  role?: 'alert' | 'status';
  /** Lets focus be moved here. */
  ref?: Ref<HTMLDivElement>;
  children: ReactNode;
}

/** A boxed message. */
export function Notice({ tone = 'info', role, ref, children }: NoticeProps) {
  return (
    <div
      ref={ref}
      role={role}
      tabIndex={ref ? -1 : undefined}
      className={`space-y-2 rounded-lg border px-4 py-3 ${tones[tone]}`}
    >
      {children}
    </div>
  );
}
