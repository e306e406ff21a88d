import { type Check, type Examination, nothing, type Outcome, refused, show } from './examination';
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

const issuerCheckOf = (accepted: (expectations: Expectations) => readonly string[]) =>
  claimCheck({
    name: 'issuer',
    rule: 'The issuer ("iss") is the configured one, to the letter',
    source: 'RFC 7519 §4.1.1, RFC 9068 §4',
    judge: ({ iss }, { expectations }) =>
      typeof iss === 'string' && accepted(expectations).includes(iss)
        ? 'pass'
        : refused('it was issued by another issuer'),
    expected: ({ expectations }) => accepted(expectations).join(' or '),
    found: ({ iss }) => show(iss),
  });

/** Of access tokens: a provider may write more than one name into them. */
export const issuerCheck = issuerCheckOf(({ issuers }) => issuers);

/** Of tokens for the client itself, which only ever name the issuer of the discovery document. */
export const clientIssuerCheck = issuerCheckOf(({ issuer }) => [issuer]);

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
