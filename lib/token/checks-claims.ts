import type { Check, Examination, Outcome } from './check';
import type { JsonObject } from './compact';
import { nothing, refused, show } from './examination';
import type { Expectations } from './expected';

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

/** A time for people: how far from now, or what stands there instead. */
export function moment(value: unknown, now: number): string {
  if (!isTime(value)) return show(value);
  const rounded = Math.round(Math.abs(value - now));
  return value < now ? `${rounded} s ago` : `in ${rounded} s`;
}

/** @param accepted whose tokens are accepted */
export const issuerCheckOf = (accepted: (expectations: Expectations) => readonly string[]) =>
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

/**
 * Whether a value can name somebody or something. A NUL or half a surrogate pair would not be stored as it is, and two
 * such names could become one.
 */
export function isUsableName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 255) return false;
  return !/[\0\p{Surrogate}]/u.test(value);
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
  { because, ...names }: Pick<Check, 'name' | 'rule' | 'source'> & { readonly because: string },
): Check {
  return claimCheck({
    ...names,
    dependsOn: 'time',
    judge: ({ [claim]: time }, { now, expectations: { clockTolerance } }) => {
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

/** `aud` as a list; of nothing where it is neither a string nor a list of strings (RFC 7519 §4.1.3). */
export function audiencesOf({ aud }: JsonObject): string[] {
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) && aud.every((item) => typeof item === 'string') ? (aud as string[]) : [];
}

/**
 * The scopes of a token, each once, in its own order. The first of the named claims that is there says them all: what
 * was granted to the client is never widened by a claim about the person, such as roles (RFC 6749 §3.3). It may be one
 * space-separated string or a list of strings; anything else (null, a number, an object) grants nothing and breaks
 * nothing.
 * @param names claims that may carry scopes, the one that counts first: `scope` (RFC 8693 §4.2, RFC 9068 §2.2.3), `scp`, `roles`
 */
export function scopesOf(claims: Readonly<JsonObject>, names: readonly string[]): string[] {
  const claim = claims[names.find((name) => claims[name] !== undefined) ?? ''];
  const values: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))];
}
