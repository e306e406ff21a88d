import { z } from 'zod';
import type { Check, JsonObject } from './check';
import {
  audiencesOf,
  claimCheck,
  issuerCheckOf,
  isUsableName,
  subjectCheck,
  timeChecks,
} from './checks-claims';
import { inWords, passIf, refused, refusedFor, show } from './examination';
import type { Expectations } from './expected';

/** A provider may write more than one name of itself into access tokens. */
const issuerCheck = issuerCheckOf(({ issuers }) => issuers);

const audienceCheck = claimCheck({
  name: 'audience',
  rule: 'It is meant for this API ("aud", and "client_id" where the provider need not set it)',
  source: 'RFC 7519 §4.1.3, RFC 9068 §4',
  judge: (claims, { expectations: { audiences, needsAudience, clients } }) => {
    if (!audiences) return 'absent';
    const isNamed = audiencesOf(claims).some((audience) => audiences.includes(audience));
    if (!isNamed && (needsAudience || claims.aud !== undefined))
      return refused('it is meant for another audience');
    const isTheirs = !clients || clients.some((client) => client === claims.client_id);
    return passIf(isTheirs, 'it was issued to another client');
  },
  expected: ({ expectations: { audiences, needsAudience, clients } }) => {
    if (!audiences) return 'any: the audience was declined';
    const audience = `aud ${audiences.join(' or ')}`;
    if (!clients) return audience;
    return `client_id ${clients.join(' or ')}, ${needsAudience ? 'and' : 'and no aud or'} ${audience}`;
  },
  found: ({ aud, client_id }, { expectations: { clients } }) =>
    `${clients ? `client_id ${show(client_id)}, ` : ''}aud ${show(aud)}`,
});

/** Claims of ID tokens that tie them to a sign-in (OpenID Connect Core §2, §3.3.2.11). */
export const idTokenClaims = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/**
 * Signs of a token that was never meant to be shown to an API: an ID token (OpenID Connect Core §2), a logout token
 * (Back-Channel Logout §2.4), a refresh token in JWT form. A type in the header (RFC 9068), a claim that says "access"
 * or the one that an explicit setting names settles it; otherwise any sign refuses. One of them is the client among the
 * audiences, for whom ID tokens are; where nobody has said who the client is, any audience may be.
 */
function signOfAnotherKind(
  claims: JsonObject,
  header: JsonObject | undefined,
  { clientId, saysTokenUse, accessTokenClaims, accessTokenClaim }: Expectations,
): string | undefined {
  const { token_use: use, typ } = claims;
  if (claims.events !== undefined) return 'events: a logout or event token';
  if (use !== 'access' && (typeof use === 'string' || saysTokenUse)) return `token_use ${show(use)}`;
  if (typeof typ === 'string' && !['bearer', 'jwt', 'at+jwt'].includes(typ.toLowerCase()))
    return `typ ${show(typ)}`;
  const type = typeof header?.typ === 'string' ? header.typ.toLowerCase() : '';
  const isNamed = accessTokenClaim !== undefined && Object.hasOwn(claims, accessTokenClaim);
  if (type.endsWith('at+jwt') || use === 'access' || typ === 'Bearer' || isNamed) return undefined;
  const idTokenClaim = idTokenClaims.find((name) => claims[name] !== undefined);
  if (idTokenClaim) return `${idTokenClaim}: an ID token`;
  const isForClient = clientId === undefined || audiencesOf(claims).includes(clientId);
  if (!isForClient || accessTokenClaims.some((name) => claims[name] !== undefined)) return undefined;
  const why = clientId === undefined ? 'an audience that may be the client' : 'the client as audience';
  return `${why}, and no ${accessTokenClaims.join(', ')}: an ID token`;
}

const kindCheck = claimCheck({
  name: 'kind',
  rule: 'It is an access token, not an ID, logout or refresh token',
  source: 'RFC 8725 §3.12, RFC 9068 §4',
  judge: (claims, { header, expectations }) => {
    const sign = signOfAnotherKind(claims, header, expectations);
    return sign ? refused('it is not an access token', sign) : 'pass';
  },
  expected: () => 'an access token',
});

/** Its holder would have to prove that they have a key, and nobody here asks for that: without proof the claim is void. */
const bindingCheck = claimCheck({
  name: 'binding',
  rule: 'It is bound to no key ("cnf"): whoever holds it may use it',
  source: 'RFC 9449 §7.1, RFC 8705 §3, RFC 7800 §3.1',
  judge: ({ cnf }) =>
    passIf(cnf === undefined, 'it is bound to a key, of which a plain bearer token is no proof'),
  expected: () => 'no cnf',
  found: ({ cnf }) => `cnf ${show(cnf)}`,
});

/** Whose token it is: by `sub`, or where the provider has one by a claim that stays the same (`subjectClaim`). */
export const ownerOf = (claims: JsonObject, { subjectClaim }: Pick<Expectations, 'subjectClaim'>): unknown =>
  claims[subjectClaim] === undefined ? claims.sub : claims[subjectClaim];

const ownerCheck = claimCheck({
  ...subjectCheck,
  judge: (claims, examination) => {
    const { expectations } = examination;
    const bySub = subjectCheck.judge(examination);
    if (bySub !== 'pass') return bySub;
    const isUsable = isUsableName(ownerOf(claims, expectations));
    return passIf(isUsable, `its ${expectations.subjectClaim} is no usable name`);
  },
  found: (claims, { expectations }) => show(ownerOf(claims, expectations)),
});

/** Those that decide (RFC 7519 §4.1, RFC 9068 §2.2). What only informs has other types at other providers. */
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
    const { data, error } = examination.expectations.claims.safeParse(claims);
    if (error) return refusedFor('its claims do not fit the model of this API', inWords(error, 'claims'));
    examination.model = data;
    return 'pass';
  },
  expected: () => 'claims of the expected names and types',
});

/** What an access token must say, after its signature was believed. */
export const accessTokenChecks: readonly Check[] = [
  ...[issuerCheck, kindCheck, bindingCheck, audienceCheck],
  ...[...timeChecks, ownerCheck, modelCheck],
];
