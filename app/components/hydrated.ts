'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/**
 * Whether React has taken over what the server sent. Before that, a press goes nowhere and typed text can be lost:
 * controls wait for it.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
