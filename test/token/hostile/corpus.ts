import { claimsCorpus } from './claims';
import { formCorpus } from './form';
import { headerCorpus } from './header';
import type { HostileToken } from './hostile-token';
import { payloadCorpus } from './payload';
import { signatureCorpus } from './signature';

export type { HostileToken };

/**
 * Tokens that must be refused, each with the check that must say so. Built when asked for, with keys made at run
 * time; a token of a later stage passes all stages before it, so that nothing but the named check stops it.
 */
export const hostileCorpus: readonly HostileToken[] = [
  ...formCorpus,
  ...headerCorpus,
  ...signatureCorpus,
  ...payloadCorpus,
  ...claimsCorpus,
];

/** Whether a token can be sent in an `Authorization` header at all (token68 of RFC 9110 §11.2). */
export const isSendable = (token: string): boolean => /^[A-Za-z0-9\-._~+/]+=*$/.test(token);
