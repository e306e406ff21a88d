import type { EventEmitter } from 'node:events';

/** The process, as far as its end is concerned. */
export type StoppedBySignals = Pick<EventEmitter, 'listeners' | 'removeAllListeners' | 'on'> & {
  exit(code: number): void;
};

/** As a shell reports the end by a signal: 128 and its number. */
const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Does something before whoever listens to SIGINT and SIGTERM by now is told of them. Next ends the process as soon as
 * its requests are answered, and waits for nothing that goes on without one; its own way to add to that
 * (`NEXT_MANUAL_SIG_HANDLE`) would leave all of it to us.
 * @param first never rejects
 * @param patience milliseconds for the others, after which the process ends: a browser may hold a connection open
 */
export function beforeStop(target: StoppedBySignals, first: () => Promise<void>, patience = 4_000): void {
  let isStopping = false;
  const stops = Object.entries(codes).map(([signal, code]) => {
    const others = target.listeners(signal);
    return { signal, code, others };
  });
  for (const { signal, code, others } of stops) {
    target.removeAllListeners(signal);
    target.on(signal, async () => {
      // A terminal sends SIGINT to all its processes, and they may pass it on.
      if (isStopping) return;
      isStopping = true;
      await first();
      if (others.length === 0) return target.exit(code);
      setTimeout(() => target.exit(code), patience).unref();
      for (const other of others) other.call(target, signal);
    });
  }
}
