import 'server-only';
import { clientAddressHeader, senderOf } from '../http/client-address';
import { Limiter, limits } from '../limits';
import type { AccessToken } from '../token';
import { currentConfig } from './config';
import { perProcess } from './per-process';

/** The limits of this process; undefined where they are switched off. */
export function limiters() {
  if (!currentConfig().rateLimit) return undefined;
  return perProcess('limits', () => {
    const failures = new Limiter(limits.failures);
    const inspections = new Limiter(limits.inspections);
    const writes = new Limiter(limits.writes);
    return {
      failure: (headers: Headers) => failures.use(senderIn(headers)),
      inspections: (headers: Headers) => inspections.use(senderIn(headers)),
      write: ({ issuer, subject }: AccessToken) => writes.use(JSON.stringify([issuer, subject])),
    };
  });
}

/** Requests of which nobody knows where they came from are counted as those of one. */
const senderIn = (headers: Headers) => senderOf(headers.get(clientAddressHeader) ?? 'unknown');
