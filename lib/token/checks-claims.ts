import type { Check, JsonObject, Rule } from './check';
import { checkOn, passIf, refused, show } from './examination';
import type { Expectations } from './expected';

export const claimCheck = (rule: Rule<'claims'>): Check => checkOn('claims', rule);

export const isTime = (value: unknown): value is number => Number.isFinite(value);

/** A time for people: how far from now, or what stands there instead. */
export function moment(value: unknown, now: number): string {
  if (!isTime(value)) return show(value);
  const rounded = Math.round(Math.abs(value - now));
  return value < now ? `${rounded} s ago` : `in ${rounded} s`;
}

export const issuerCheckOf = (accepted: (expectations: Expectations) => readonly string[]) =>
  claimCheck({
    name: 'issuer',
    rule: 'The issuer ("iss") is the configured one, to the letter',
    source: 'RFC 7519 §4.1.1, RFC 9068 §4',
    judge: ({ iss }, { expectations }) => {
      const isAccepted = accepted(expectations).some((issuer) => issuer === iss);
      return passIf(isAccepted, 'it was issued by another issuer');
    },
    expected: ({ expectations }) => accepted(expectations).join(' or '),
    found: ({ iss }) => show(iss),
  });

/** Whether a value can name somebody: with NUL or half a surrogate pair, two names could be stored as one. */
export const isUsableName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 255 && /^[^\0\p{Surrogate}]+$/u.test(value);

export const subjectCheck = claimCheck({
  name: 'subject',
  rule: 'It says whom it is about ("sub")',
  source: 'RFC 9068 §2.2',
  judge: ({ sub }) => passIf(isUsableName(sub), 'it has no usable subject'),
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
    return passIf(now < exp + clockTolerance, 'it has expired');
  },
  expected: ({ expectations }) => `later than now, give or take ${expectations.clockTolerance} s`,
  found: ({ exp }, { now }) => moment(exp, now),
});

/** The check of a time that may be missing and, where it is there, must have come. */
const pastCheckOf = (claim: 'nbf' | 'iat', because: string, names: Pick<Check, 'name' | 'rule' | 'source'>) =>
  claimCheck({
    ...names,
    dependsOn: 'time',
    judge: ({ [claim]: time }, { now, expectations: { clockTolerance } }) => {
      if (time === undefined) return 'absent';
      if (!isTime(time)) return refused(`its ${claim} is not a time`);
      return passIf(time <= now + clockTolerance, because);
    },
    expected: ({ expectations }) => `not later than now, give or take ${expectations.clockTolerance} s`,
    found: ({ [claim]: time }, { now }) => moment(time, now),
  });

export const notBeforeCheck = pastCheckOf('nbf', 'it is not valid yet', {
  name: 'not_before',
  rule: 'It is already valid ("nbf"), where it says from when',
  source: 'RFC 7519 §4.1.5',
});

const issuedAtCheck = pastCheckOf('iat', 'it was issued in the future', {
  name: 'issued_at',
  rule: 'It was not issued in the future ("iat"), where it says when',
  source: 'RFC 7519 §4.1.6',
});

/** Those of a token that must have an `exp`. */
export const timeChecks: readonly Check[] = [expiryCheck, notBeforeCheck, issuedAtCheck];

/** `aud` as a list; of nothing where it is neither a string nor a list of strings (RFC 7519 §4.1.3). */
export function audiencesOf({ aud }: JsonObject): string[] {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  return audiences.every((one) => typeof one === 'string') ? audiences : [];
}

/**
 * The scopes of a token, each once, in its own order: of a space-separated string (RFC 8693 §4.2, RFC 9068 §2.2.3) or a
 * list of strings; anything else grants nothing and breaks nothing.
 * @param names claims that may carry scopes. The first that is there says them all: what was granted to the client is
 *   never widened by a claim about the person, such as roles (RFC 6749 §3.3)
 */
export function scopesOf(claims: Readonly<JsonObject>, names: readonly string[]): string[] {
  const claim = claims[names.find((name) => claims[name] !== undefined) ?? ''];
  const values: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))];
}
