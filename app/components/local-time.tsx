'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/**
 * A moment in the reader's own zone and manner. The server knows neither, so it writes UTC, and the browser puts its
 * own in place after hydration: no mismatch.
 * @param at milliseconds since the epoch
 */
export function LocalTime({ at, seconds = false }: { at: number; seconds?: boolean }) {
  const timeStyle = seconds ? 'medium' : 'short';
  const text = useSyncExternalStore(
    never,
    () => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle }).format(at),
    () =>
      `${new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle, timeZone: 'UTC' }).format(at)} UTC`,
  );
  return <time dateTime={new Date(at).toISOString()}>{text}</time>;
}
