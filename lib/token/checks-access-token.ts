import { z } from 'zod';
import type { Check } from './check';
import {
  audiencesOf,
  claimCheck,
  expiryCheck,
  issuedAtCheck,
  issuerCheckOf,
  isUsableName,
  notBeforeCheck,
  subjectCheck,
} from './checks-claims';
import type { JsonObject } from './compact';
import { describable, refused, show } from './examination';
import type { Expectations } from './expected';

/** A provider may write more than one name of itself into access tokens. */
const issuerCheck = issuerCheckOf(({ issuers }) => issuers);

/** Which of the two claims that say what a token is for is not as expected, if any. */
function wrongPurpose(
  claims: JsonObject,
  { audiences = [], needsAudience, clients }: Expectations,
): string | undefined {
  const named = audiencesOf(claims).some((audience) => audiences.includes(audience));
  if ((needsAudience || claims.aud !== undefined) && !named) return 'it is meant for another audience';
  const isTheirs = typeof claims.client_id === 'string' && clients?.includes(claims.client_id);
  return clients && !isTheirs ? 'it was issued to another client' : undefined;
}

export const audienceCheck = claimCheck({
  name: 'audience',
  rule: 'It is meant for this API ("aud", and "client_id" where the provider need not set it)',
  source: 'RFC 7519 §4.1.3, RFC 9068 §4',
  judge: (claims, { expectations }) => {
    if (!expectations.audiences) return 'absent';
    const wrong = wrongPurpose(claims, expectations);
    return wrong === undefined ? 'pass' : refused(wrong);
  },
  expected: ({ expectations: { audiences, needsAudience, clients } }) => {
    if (!audiences) return 'any: the audience was declined';
    const audience = `aud ${audiences.join(' or ')}`;
    if (!clients) return audience;
    return `client_id ${clients.join(' or ')}, ${needsAudience ? 'and' : 'and no aud or'} ${audience}`;
  },
  found: ({ aud, client_id }, { expectations: { clients } }) =>
    clients ? `client_id ${show(client_id)}, aud ${show(aud)}` : `aud ${show(aud)}`,
});

/** Claims of ID tokens that tie them to a sign-in (OpenID Connect Core §2, §3.3.2.11). */
export const idTokenClaims = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/**
 * Signs of a token that was never meant to be shown to an API: an ID token (OpenID Connect Core §2), a logout token
 * (Back-Channel Logout §2.4), a refresh token in JWT form. A type in the header (RFC 9068), a claim that says "access"
 * or the one that an explicit setting names settles it; otherwise any sign refuses. One of them is the client among the
 * audiences, for whom ID tokens are, others beside it or not; whoever does not say who the client is, to them any
 * audience may be.
 */
function signOfAnotherKind(
  claims: JsonObject,
  header: JsonObject | undefined,
  { clientId, saysTokenUse, accessTokenClaims, accessTokenClaim }: Expectations,
): string | undefined {
  if (claims.events !== undefined) return 'events: a logout or event token';
  const saysItsUse = typeof claims.token_use === 'string' || saysTokenUse;
  if (saysItsUse && claims.token_use !== 'access') return `token_use ${show(claims.token_use)}`;
  if (typeof claims.typ === 'string' && !['bearer', 'jwt', 'at+jwt'].includes(claims.typ.toLowerCase())) {
    return `typ ${show(claims.typ)}`;
  }
  const type = typeof header?.typ === 'string' ? header.typ.toLowerCase() : '';
  const saysAccess = type.endsWith('at+jwt') || claims.token_use === 'access' || claims.typ === 'Bearer';
  const isNamed = accessTokenClaim !== undefined && Object.hasOwn(claims, accessTokenClaim);
  if (saysAccess || isNamed) return undefined;
  const idTokenClaim = idTokenClaims.find((name) => claims[name] !== undefined);
  if (idTokenClaim) return `${idTokenClaim}: an ID token`;
  const isForClient = clientId === undefined || audiencesOf(claims).includes(clientId);
  if (!isForClient || accessTokenClaims.some((name) => claims[name] !== undefined)) return undefined;
  const why = clientId === undefined ? 'an audience that may be the client' : 'the client as audience';
  return `${why}, and no ${accessTokenClaims.join(', ')}: an ID token`;
}

export const kindCheck = claimCheck({
  name: 'kind',
  rule: 'It is an access token, not an ID, logout or refresh token',
  source: 'RFC 8725 §3.12, RFC 9068 §4',
  judge: (claims, { header, expectations }) => {
    const sign = signOfAnotherKind(claims, header, expectations);
    return sign ? refused('it is not an access token', sign) : 'pass';
  },
  expected: () => 'an access token',
  found: () => 'an access token',
});

/** Its holder would have to prove that they have a key, and nobody here asks for that: without proof the claim is void. */
export const bindingCheck = claimCheck({
  name: 'binding',
  rule: 'It is bound to no key ("cnf"): whoever holds it may use it',
  source: 'RFC 9449 §7.1, RFC 8705 §3, RFC 7800 §3.1',
  judge: ({ cnf }) =>
    cnf === undefined ? 'pass' : refused('it is bound to a key, of which a plain bearer token is no proof'),
  expected: () => 'no cnf',
  found: ({ cnf }) => `cnf ${show(cnf)}`,
});

/** Whose token it is: by `sub`, or where the provider has one by a claim that stays the same (`subjectClaim`). */
export function ownerOf(claims: JsonObject, { subjectClaim }: Pick<Expectations, 'subjectClaim'>): unknown {
  return claims[subjectClaim] === undefined ? claims.sub : claims[subjectClaim];
}

const ownerCheck = claimCheck({
  ...subjectCheck,
  judge: (claims, examination) => {
    const bySub = subjectCheck.judge(examination);
    if (bySub !== 'pass') return bySub;
    return isUsableName(ownerOf(claims, examination.expectations))
      ? 'pass'
      : refused(`its ${examination.expectations.subjectClaim} is no usable name`);
  },
  found: (claims, { expectations }) => show(ownerOf(claims, expectations)),
});

/** Which claims do not fit and why, in the words of the model; never their values. */
function misfits(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'claims'}: ${message}`).join('; ');
}

/**
 * The claims that decide whether an access token is accepted (RFC 7519 §4.1, RFC 9068 §2.2), typed; each also has a
 * check of its own, which names it when it is wrong. What only informs (`jti`, `auth_time`, `roles`, …) has other types
 * at other providers and stays unknown until a project says what it relies on.
 */
export const registeredClaims = {
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
};

/** The last one: whatever a project wants beyond the rules for all tokens. */
export const modelCheck = claimCheck({
  name: 'model',
  rule: "The claims fit this project's own model",
  source: 'RFC 7519 §4.3; lib/token/claims.ts',
  judge: (claims, examination) => {
    const parsed = examination.expectations.claims.safeParse(claims);
    if (!parsed.success) {
      const reason = misfits(parsed.error);
      return refused(`its claims do not fit the model of this API: ${describable(reason)}`, reason);
    }
    examination.model = parsed.data;
    return 'pass';
  },
  expected: () => 'claims of the expected names and types',
  found: () => 'claims of the expected names and types',
});

/** What an access token must say, after its signature was believed. */
export const accessTokenChecks: readonly Check[] = [
  issuerCheck,
  kindCheck,
  bindingCheck,
  audienceCheck,
  expiryCheck,
  notBeforeCheck,
  issuedAtCheck,
  ownerCheck,
  modelCheck,
];
