import 'server-only';
import { type Logger, pino } from 'pino';
import { perProcess } from './per-process';

/** The log of this process: events as JSON lines on standard output, never a token, a cookie or a secret. */
export function log(): Logger {
  return perProcess('log', () => pino({ name: 'claimcheck', base: null, level: 'info' }));
}
