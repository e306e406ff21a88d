'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

interface LocalTimeProps {
  /** Milliseconds since the epoch. */
  at: number;
  seconds?: boolean;
  /** Whether the day is told; without it, for what happens soon. */
  day?: boolean;
}

/**
 * A moment in the reader's own zone and manner. The server knows neither, so it writes UTC, and the browser puts its
 * own in place after hydration: no mismatch.
 */
export function LocalTime({ at, seconds = false, day = true }: LocalTimeProps) {
  const timeStyle = seconds ? 'medium' : 'short';
  const dateStyle = day ? 'medium' : undefined;
  const text = useSyncExternalStore(
    never,
    () => new Intl.DateTimeFormat(undefined, { dateStyle, timeStyle }).format(at),
    () => `${new Intl.DateTimeFormat('en', { dateStyle, timeStyle, timeZone: 'UTC' }).format(at)} UTC`,
  );
  return <time dateTime={new Date(at).toISOString()}>{text}</time>;
}
