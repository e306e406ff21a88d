import { createHash, timingSafeEqual } from 'node:crypto';
import {
  audiencesOf,
  expiryCheck,
  issuedAtCheck,
  issuerCheck,
  notBeforeCheck,
  subjectCheck,
} from './checks-claims';
import { signatureChecks } from './checks-signature';
import type { Examination } from './examination';
import type { JsonObject } from './json';
import { firstFailure, type Refusal, type VerifyInput } from './verify';

export interface IdTokenInput extends VerifyInput {
  /** The nonce of the authorization request; undefined on a refresh, where providers may leave it out. */
  readonly nonce: string | undefined;
  /** The access token that came along, bound by `at_hash` where the ID token has one. */
  readonly accessToken: string;
}

export type IdTokenVerdict =
  | { readonly accepted: true; readonly claims: JsonObject }
  | { readonly accepted: false; readonly refusal: Refusal };

const idTokenChecks = [
  ...signatureChecks,
  issuerCheck,
  expiryCheck,
  notBeforeCheck,
  issuedAtCheck,
  subjectCheck,
];

/**
 * Judges an ID token that came with an access token from the token endpoint.
 * @source OpenID Connect Core §3.1.3.7 and §3.1.3.6 (`at_hash`)
 */
export function verifyIdToken(input: IdTokenInput): IdTokenVerdict {
  const examination: Examination = { ...input };
  const refusal = firstFailure(idTokenChecks, examination) ?? bindingFailure(examination, input);
  if (refusal) return { accepted: false, refusal };
  return { accepted: true, claims: examination.claims ?? {} };
}

/** What ties an ID token to this client, this request and this access token. */
function bindingFailure({ claims = {}, header = {} }: Examination, input: IdTokenInput): Refusal | undefined {
  const { clientId } = input.expectations;
  const audiences = audiencesOf(claims) ?? [];
  if (!audiences.includes(clientId))
    return { check: 'audience', because: 'it is not addressed to this client' };
  if (claims.azp !== undefined && claims.azp !== clientId) {
    return { check: 'authorized_party', because: 'it was issued to another client' };
  }
  if (input.nonce !== undefined && !sameText(claims.nonce, input.nonce)) {
    return { check: 'nonce', because: 'it belongs to another sign-in' };
  }
  if (
    claims.at_hash !== undefined &&
    !sameText(claims.at_hash, accessTokenHash(input.accessToken, String(header.alg)))
  ) {
    return { check: 'at_hash', because: 'it does not belong to the access token that came with it' };
  }
  return undefined;
}

/** Left half of the hash of the access token, with the hash of the signature algorithm (OpenID Connect Core §3.1.3.6). */
function accessTokenHash(accessToken: string, algorithm: string): string {
  const bits = algorithm.startsWith('Ed') ? '512' : algorithm.slice(-3);
  const digest = createHash(`sha${bits}`).update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

function sameText(actual: unknown, expected: string): boolean {
  if (typeof actual !== 'string') return false;
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
