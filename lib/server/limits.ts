import 'server-only';
import type { GuardLimits } from '../access';
import { clientAddressHeader, senderOf } from '../http/client-address';
import { Limiter, limits } from '../limits';
import { currentConfig } from './config';
import { perProcess } from './per-process';

/** The limits of this process; undefined where they are switched off. */
export function guardLimits(): GuardLimits | undefined {
  if (!currentConfig().rateLimit) return undefined;
  return perProcess('limits', () => {
    const failures = new Limiter(limits.failures);
    const writes = new Limiter(limits.writes);
    return {
      // Requests of which nobody knows where they came from are counted as those of one.
      failure: (headers: Headers) => failures.use(senderOf(headers.get(clientAddressHeader) ?? 'unknown')),
      write: ({ issuer, subject }) => writes.use(JSON.stringify([issuer, subject])),
    };
  });
}
