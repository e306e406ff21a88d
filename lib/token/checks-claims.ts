import { type Check, type Examination, type Finding, fail, notApplicable, pass, show } from './examination';
import type { JsonObject } from './json';

/** Builds a check that looks at the claims; where there are none it does not apply. */
function claimCheck(
  check: Omit<Check, 'judge'>,
  judge: (claims: JsonObject, examination: Examination) => Finding,
): Check {
  return {
    ...check,
    judge: (examination) =>
      examination.claims ? judge(examination.claims, examination) : notApplicable('claims to look at'),
  };
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Seconds in words that read in both directions. */
function distance(seconds: number): string {
  const rounded = Math.round(Math.abs(seconds));
  return seconds < 0 ? `${rounded} s ago` : `in ${rounded} s`;
}

export const issuerCheck = claimCheck(
  {
    name: 'issuer',
    rule: 'The issuer ("iss") is the configured one, to the letter',
    source: 'RFC 7519 §4.1.1, RFC 9068 §4',
  },
  ({ iss }, { expectations: { issuers } }) =>
    typeof iss === 'string' && issuers.includes(iss)
      ? pass(issuers.join(' or '), show(iss))
      : fail(issuers.join(' or '), show(iss), 'it was issued by another issuer'),
);

// A NUL or half a surrogate pair would not be stored as it is, and two such subjects could become one owner.
export const subjectCheck = claimCheck(
  { name: 'subject', rule: 'It says whom it is about ("sub")', source: 'RFC 9068 §2.2' },
  ({ sub }) =>
    typeof sub === 'string' && sub !== '' && sub.length <= 255 && !/[\0\p{Surrogate}]/u.test(sub)
      ? pass('a string', show(sub))
      : fail('a string of 1 to 255 characters', show(sub), 'it has no usable subject'),
);

export const expiryCheck = claimCheck(
  { name: 'expiry', rule: 'It has not expired ("exp")', source: 'RFC 7519 §4.1.4' },
  ({ exp }, { now, expectations: { clockTolerance } }) => {
    const expected = `later than now, give or take ${clockTolerance} s`;
    if (!isTime(exp)) return fail(expected, show(exp), 'it has no usable expiry time');
    return now < exp + clockTolerance
      ? pass(expected, distance(exp - now))
      : fail(expected, distance(exp - now), 'it has expired');
  },
);

/** A time that may be missing and, where it is there, must have come. */
function pastTimeCheck(check: Omit<Check, 'judge'>, claim: 'nbf' | 'iat', because: string): Check {
  return claimCheck(check, (claims, { now, expectations: { clockTolerance } }) => {
    const time = claims[claim];
    const expected = `not later than now, give or take ${clockTolerance} s`;
    if (time === undefined) return notApplicable(expected, 'absent');
    if (!isTime(time)) return fail(expected, show(time), `its ${claim} is not a time`);
    return time <= now + clockTolerance
      ? pass(expected, distance(time - now))
      : fail(expected, distance(time - now), because);
  });
}

export const notBeforeCheck = pastTimeCheck(
  {
    name: 'not_before',
    rule: 'It is already valid ("nbf"), where it says from when',
    source: 'RFC 7519 §4.1.5',
  },
  'nbf',
  'it is not valid yet',
);

export const issuedAtCheck = pastTimeCheck(
  {
    name: 'issued_at',
    rule: 'It was not issued in the future ("iat"), where it says when',
    source: 'RFC 7519 §4.1.6',
  },
  'iat',
  'it was issued in the future',
);

/** `aud` as a list, or undefined where it is neither a string nor a list of strings (RFC 7519 §4.1.3). */
export function audiencesOf(claims: JsonObject): string[] | undefined {
  const { aud } = claims;
  if (typeof aud === 'string') return [aud];
  if (Array.isArray(aud) && aud.every((item) => typeof item === 'string')) return aud as string[];
  return undefined;
}

export const audienceCheck = claimCheck(
  { name: 'audience', rule: 'It is meant for this API ("aud")', source: 'RFC 7519 §4.1.3, RFC 9068 §4' },
  (claims, { expectations: { audiences } }) => {
    const expected = audiences.join(' or ');
    return audiencesOf(claims)?.some((audience) => audiences.includes(audience))
      ? pass(expected, show(claims.aud))
      : fail(expected, show(claims.aud), 'it is meant for another audience');
  },
);

/**
 * Signs of a token that was never meant to be shown to an API: an ID token (OpenID Connect Core §2), a logout token
 * (Back-Channel Logout §2.4), a refresh token in JWT form. A type in the header (RFC 9068) or a claim that says
 * "access" settles it; otherwise any sign refuses.
 */
function signOfAnotherKind(
  claims: JsonObject,
  header: JsonObject | undefined,
  clientId: string,
): string | undefined {
  if (claims.events !== undefined) return 'events: a logout or event token';
  if (typeof claims.token_use === 'string' && claims.token_use !== 'access')
    return `token_use ${show(claims.token_use)}`;
  if (typeof claims.typ === 'string' && !['bearer', 'jwt', 'at+jwt'].includes(claims.typ.toLowerCase())) {
    return `typ ${show(claims.typ)}`;
  }
  const type = typeof header?.typ === 'string' ? header.typ.toLowerCase() : '';
  const saysAccess = type.endsWith('at+jwt') || claims.token_use === 'access' || claims.typ === 'Bearer';
  if (saysAccess) return undefined;
  const idTokenClaim = ['nonce', 'at_hash', 'c_hash', 's_hash'].find((name) => claims[name] !== undefined);
  if (idTokenClaim) return `${idTokenClaim}: an ID token`;
  const audiences = audiencesOf(claims);
  const forClientOnly = audiences?.length && audiences.every((audience) => audience === clientId);
  const grantsSomething = ['scope', 'scp', 'roles', 'permissions', 'client_id'].some(
    (name) => claims[name] !== undefined,
  );
  return forClientOnly && !grantsSomething
    ? 'an audience of the client alone, and no scope: an ID token'
    : undefined;
}

export const kindCheck = claimCheck(
  {
    name: 'kind',
    rule: 'It is an access token, not an ID, logout or refresh token',
    source: 'RFC 8725 §3.12, RFC 9068 §4',
  },
  (claims, { header, expectations }) => {
    const sign = signOfAnotherKind(claims, header, expectations.clientId);
    return sign
      ? fail('an access token', sign, 'it is not an access token')
      : pass('an access token', 'an access token');
  },
);

/** What an access token must say, after its signature was believed. */
export const accessTokenChecks: readonly Check[] = [
  issuerCheck,
  kindCheck,
  audienceCheck,
  expiryCheck,
  notBeforeCheck,
  issuedAtCheck,
  subjectCheck,
];
