import 'server-only';
import { pino } from 'pino';
import type { Log } from '../config';
import { perProcess } from './per-process';

/** The log of this process: events as JSON lines on standard output, never a token, a cookie or a secret. */
export function log(): Log {
  return perProcess('log', () => pino({ name: 'claimcheck', base: null, level: 'info' }));
}
