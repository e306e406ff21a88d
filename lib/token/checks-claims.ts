import type { z } from 'zod';
import {
  type Check,
  describable,
  type Examination,
  nothing,
  type Outcome,
  refused,
  show,
} from './examination';
import type { Expectations } from './expectations';
import type { JsonObject } from './json';

type ClaimRule = Pick<Check, 'name' | 'dependsOn' | 'rule' | 'source' | 'expected'> & {
  readonly judge: (claims: JsonObject, examination: Examination) => Outcome;
  readonly found: (claims: JsonObject, examination: Examination) => string;
};

/** Builds a check that looks at the claims; where there are none it is blocked. */
export function claimCheck({ judge, found, ...check }: ClaimRule): Check {
  return {
    ...check,
    judge: (examination) => (examination.claims ? judge(examination.claims, examination) : 'blocked'),
    found: (examination) => (examination.claims ? found(examination.claims, examination) : nothing),
  };
}

export const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** Seconds in words that read in both directions. */
function distance(seconds: number): string {
  const rounded = Math.round(Math.abs(seconds));
  return seconds < 0 ? `${rounded} s ago` : `in ${rounded} s`;
}

/** A time for people: how far from now, or what stands there instead. */
export const moment = (value: unknown, now: number) => (isTime(value) ? distance(value - now) : show(value));

export const issuerCheck = claimCheck({
  name: 'issuer',
  rule: 'The issuer ("iss") is the configured one, to the letter',
  source: 'RFC 7519 §4.1.1, RFC 9068 §4',
  judge: ({ iss }, { expectations: { issuers } }) =>
    typeof iss === 'string' && issuers.includes(iss) ? 'pass' : refused('it was issued by another issuer'),
  expected: ({ expectations: { issuers } }) => issuers.join(' or '),
  found: ({ iss }) => show(iss),
});

/**
 * Whether a value can name somebody or something. A NUL or half a surrogate pair would not be stored as it is, and two
 * such names could become one.
 */
export function isUsableName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 255) return false;
  return !/[\0\p{Surrogate}]/u.test(value);
}

/** Whether a value can name a session of the provider (OpenID Connect Back-Channel Logout §2.1). */
export function isUsableSid(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7E]{1,255}$/.test(value);
}

export const subjectCheck = claimCheck({
  name: 'subject',
  rule: 'It says whom it is about ("sub")',
  source: 'RFC 9068 §2.2',
  judge: ({ sub }) => (isUsableName(sub) ? 'pass' : refused('it has no usable subject')),
  expected: () => 'a string of 1 to 255 characters',
  found: ({ sub }) => show(sub),
});

export const expiryCheck = claimCheck({
  name: 'expiry',
  dependsOn: 'time',
  rule: 'It has not expired ("exp")',
  source: 'RFC 7519 §4.1.4',
  judge: ({ exp }, { now, expectations: { clockTolerance } }) => {
    if (!isTime(exp)) return refused('it has no usable expiry time');
    return now < exp + clockTolerance ? 'pass' : refused('it has expired');
  },
  expected: ({ expectations }) => `later than now, give or take ${expectations.clockTolerance} s`,
  found: ({ exp }, { now }) => moment(exp, now),
});

/** A time that may be missing and, where it is there, must have come. */
function pastTimeCheck(
  claim: 'nbf' | 'iat',
  check: Pick<Check, 'name' | 'rule' | 'source'> & { readonly because: string },
): Check {
  const { because, ...names } = check;
  return claimCheck({
    ...names,
    dependsOn: 'time',
    judge: (claims, { now, expectations: { clockTolerance } }) => {
      const time = claims[claim];
      if (time === undefined) return 'absent';
      if (!isTime(time)) return refused(`its ${claim} is not a time`);
      return time <= now + clockTolerance ? 'pass' : refused(because);
    },
    expected: ({ expectations }) => `not later than now, give or take ${expectations.clockTolerance} s`,
    found: (claims, { now }) => moment(claims[claim], now),
  });
}

export const notBeforeCheck = pastTimeCheck('nbf', {
  name: 'not_before',
  rule: 'It is already valid ("nbf"), where it says from when',
  source: 'RFC 7519 §4.1.5',
  because: 'it is not valid yet',
});

export const issuedAtCheck = pastTimeCheck('iat', {
  name: 'issued_at',
  rule: 'It was not issued in the future ("iat"), where it says when',
  source: 'RFC 7519 §4.1.6',
  because: 'it was issued in the future',
});

/** A token for this client itself rather than for an API. */
export const clientAudienceCheck = claimCheck({
  name: 'audience',
  rule: 'It is addressed to this client ("aud")',
  source: 'OpenID Connect Core §3.1.3.7',
  judge: (claims, { expectations: { clientId } }) =>
    audiencesOf(claims).includes(clientId) ? 'pass' : refused('it is not addressed to this client'),
  expected: ({ expectations }) => expectations.clientId,
  found: ({ aud }) => show(aud),
});

/** `aud` as a list; of nothing where it is neither a string nor a list of strings (RFC 7519 §4.1.3). */
export function audiencesOf(claims: JsonObject): string[] {
  const { aud } = claims;
  if (typeof aud === 'string') return [aud];
  if (Array.isArray(aud) && aud.every((item) => typeof item === 'string')) return aud as string[];
  return [];
}

/** What a token says that it is for. */
function boundTo(claims: JsonObject, boundBy: 'aud' | 'client_id'): string[] {
  if (boundBy === 'aud') return audiencesOf(claims);
  return typeof claims.client_id === 'string' ? [claims.client_id] : [];
}

export const audienceCheck = claimCheck({
  name: 'audience',
  rule: 'It is meant for this API ("aud", or "client_id" where the provider sets none)',
  source: 'RFC 7519 §4.1.3, RFC 9068 §4',
  judge: (claims, { expectations: { boundBy, audiences } }) =>
    boundTo(claims, boundBy).some((audience) => audiences.includes(audience))
      ? 'pass'
      : refused('it is meant for another audience'),
  expected: ({ expectations: { boundBy, audiences } }) => `${boundBy} ${audiences.join(' or ')}`,
  found: (claims, { expectations: { boundBy } }) => `${boundBy} ${show(claims[boundBy])}`,
});

/**
 * Signs of a token that was never meant to be shown to an API: an ID token (OpenID Connect Core §2), a logout token
 * (Back-Channel Logout §2.4), a refresh token in JWT form. A type in the header (RFC 9068) or a claim that says
 * "access" settles it; otherwise any sign refuses.
 */
function signOfAnotherKind(
  claims: JsonObject,
  header: JsonObject | undefined,
  { clientId, saysTokenUse, accessTokenClaims }: Expectations,
): string | undefined {
  if (claims.events !== undefined) return 'events: a logout or event token';
  const saysItsUse = typeof claims.token_use === 'string' || saysTokenUse;
  if (saysItsUse && claims.token_use !== 'access') return `token_use ${show(claims.token_use)}`;
  if (typeof claims.typ === 'string' && !['bearer', 'jwt', 'at+jwt'].includes(claims.typ.toLowerCase())) {
    return `typ ${show(claims.typ)}`;
  }
  const type = typeof header?.typ === 'string' ? header.typ.toLowerCase() : '';
  const saysAccess = type.endsWith('at+jwt') || claims.token_use === 'access' || claims.typ === 'Bearer';
  if (saysAccess) return undefined;
  const idTokenClaim = ['nonce', 'at_hash', 'c_hash', 's_hash'].find((name) => claims[name] !== undefined);
  if (idTokenClaim) return `${idTokenClaim}: an ID token`;
  const audiences = audiencesOf(claims);
  const forClientOnly = audiences.length > 0 && audiences.every((audience) => audience === clientId);
  const isMarked = accessTokenClaims.some((name) => claims[name] !== undefined);
  return forClientOnly && !isMarked
    ? `an audience of the client alone, and no ${accessTokenClaims.join(', ')}: an ID token`
    : undefined;
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

/** Which claims do not fit and why, in the words of the model; never their values. */
function misfits(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'claims'}: ${message}`).join('; ');
}

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
  subjectCheck,
  modelCheck,
];
