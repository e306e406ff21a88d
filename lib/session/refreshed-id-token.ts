import { examineIdToken, type IdTokenInput } from '../openid';
import type { Session } from './session';

/**
 * Whether an ID token that a refresh has brought may take the place of the session's: it verifies, and its issuer and
 * subject are those of the sign-in (OpenID Connect Core §12.2). It may leave out the nonce.
 */
export function isOfSession({ identity }: Session, input: Omit<IdTokenInput, 'nonce'>): boolean {
  if (!identity) return false;
  const verdict = examineIdToken({ ...input, nonce: undefined });
  if (!verdict.accepted) return false;
  const { iss, sub } = verdict.token;
  return iss === identity.issuer && sub === identity.subject;
}
