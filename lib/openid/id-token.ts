import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Check,
  claimCheck,
  type ExaminationInput,
  examinationOf,
  type Finding,
  firstFailure,
  type JsonObject,
  refused,
  show,
  signatureChecks,
  subjectCheck,
  timeChecks,
} from '../token';
import { clientAudienceCheck, clientIssuerCheck } from './checks';

export interface IdTokenInput extends ExaminationInput {
  /** The nonce of the authorization request; undefined on a refresh, where providers may leave it out. */
  readonly nonce: string | undefined;
  /** The access token that came along, bound by `at_hash` where the ID token has one. */
  readonly accessToken: string;
}

/** Without a nonce to compare, on a refresh, nothing else tells the two apart at providers that type neither. */
const kindCheck = claimCheck({
  name: 'kind',
  rule: 'It is an ID token, not a logout or event token ("events")',
  source: 'RFC 8725 §3.12, OpenID Connect Back-Channel Logout §4.1',
  judge: ({ events }) => (events === undefined ? 'pass' : refused('it is a logout or event token')),
  expected: () => 'no events',
  found: ({ events }) => `events ${show(events)}`,
});

export const idTokenChecks: readonly Check[] = [
  ...signatureChecks,
  clientIssuerCheck,
  kindCheck,
  ...timeChecks,
  subjectCheck,
];

/**
 * Judges an ID token that came with an access token from the token endpoint.
 * @param checks the rules for the token by itself; those that tie it to the request come after them
 * @source OpenID Connect Core §3.1.3.7 and §3.1.3.6 (`at_hash`)
 */
export function examineIdToken(
  input: IdTokenInput,
  checks: readonly Check[] = idTokenChecks,
): Finding<JsonObject> {
  const examination = examinationOf(input);
  const failure = firstFailure([...checks, ...requestChecks(input)], examination);
  if (failure) return failure;
  return { accepted: true, token: (examination as { claims: JsonObject }).claims };
}

/** What ties an ID token to this client, this request and this access token. */
function requestChecks({ nonce, accessToken, expectations: { clientId = '' } }: IdTokenInput): Check[] {
  return [
    clientAudienceCheck,
    claimCheck({
      name: 'authorized_party',
      rule: 'It was issued to this client ("azp"), where it says to whom',
      source: 'OpenID Connect Core §3.1.3.7',
      judge: ({ azp }) =>
        azp === undefined || azp === clientId ? 'pass' : refused('it was issued to another client'),
      expected: () => clientId,
      found: ({ azp }) => show(azp),
    }),
    claimCheck({
      name: 'nonce',
      rule: 'It belongs to this sign-in ("nonce")',
      source: 'OpenID Connect Core §3.1.3.7',
      judge: (claims) => {
        if (nonce === undefined) return 'absent';
        return sameText(claims.nonce, nonce) ? 'pass' : refused('it belongs to another sign-in');
      },
      expected: () => 'the nonce of this sign-in',
      found: (claims) => (claims.nonce === undefined ? 'absent' : 'another nonce'),
    }),
    claimCheck({
      name: 'at_hash',
      rule: 'It belongs to the access token that came with it ("at_hash"), where it says to which',
      source: 'OpenID Connect Core §3.1.3.6',
      judge: ({ at_hash }, { header }) => {
        if (at_hash === undefined) return 'absent';
        return sameText(at_hash, accessTokenHash(accessToken, String(header?.alg)))
          ? 'pass'
          : refused('it does not belong to the access token that came with it');
      },
      expected: () => 'the hash of the access token',
      found: () => 'another hash',
    }),
  ];
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
