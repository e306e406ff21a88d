import {
  type Check,
  claimCheck,
  type Examination,
  type ExaminationInput,
  examinationOf,
  expiryCheck,
  type Finding,
  firstFailure,
  isObject,
  isTime,
  isUsableName,
  moment,
  notBeforeCheck,
  refused,
  show,
  signatureChecksOf,
  subjectCheck,
} from '../token';
import { clientAudienceCheck, clientIssuerCheck, isUsableSid } from './checks';

/** What the provider says has ended: one of its sessions, all of a person's, or that session if it is that person's. */
export interface LogoutToken {
  readonly issuer: string;
  /** The person, as ID tokens name them. */
  readonly subject: string | undefined;
  /** The provider's session, as ID tokens name it. */
  readonly sid: string | undefined;
  /** `jti`: no other token of the issuer has it. */
  readonly id: string;
  /** From then on it is refused for its age; seconds since the epoch. */
  readonly refusedFrom: number;
}

/** How old a logout token may be, beside the clock tolerance: so long is a used one remembered. Seconds. */
export const logoutTokenMaxAge = 300;

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** What stands beside this event is the provider's business (RFC 8417 §2.2); at Keycloak `revoke_offline_access`. */
const eventsCheck = claimCheck({
  name: 'events',
  rule: 'It says that somebody has signed out ("events")',
  source: 'OpenID Connect Back-Channel Logout §2.4',
  judge: ({ events }) =>
    isObject(events) && Object.hasOwn(events, logoutEvent) && isObject(events[logoutEvent])
      ? 'pass'
      : refused('it is not a logout token'),
  expected: () => `an object with the member ${logoutEvent}, an object`,
  found: ({ events }) => show(events),
});

const nonceCheck = claimCheck({
  name: 'nonce',
  rule: 'It has no "nonce", as only ID tokens do',
  source: 'OpenID Connect Back-Channel Logout §2.4',
  judge: ({ nonce }) => (nonce === undefined ? 'pass' : refused('it has a nonce, as only ID tokens do')),
  expected: () => 'absent',
  found: ({ nonce }) => show(nonce),
});

const issuedAtCheck = claimCheck({
  name: 'issued_at',
  dependsOn: 'time',
  rule: `It was issued within the last ${logoutTokenMaxAge} s ("iat")`,
  source: 'OpenID Connect Back-Channel Logout §2.6',
  judge: ({ iat }, { now, expectations: { clockTolerance } }) => {
    if (!isTime(iat)) return refused('it does not say when it was issued');
    if (iat > now + clockTolerance) return refused('it was issued in the future');
    return now < iat + logoutTokenMaxAge + clockTolerance ? 'pass' : refused('it is too old');
  },
  expected: ({ expectations }) =>
    `within the last ${logoutTokenMaxAge} s, give or take ${expectations.clockTolerance} s`,
  found: ({ iat }, { now }) => moment(iat, now),
});

/** The final text of 2022 asked for no `exp`, and some providers still send none. */
const expiryWhereThereCheck = claimCheck({
  ...expiryCheck,
  rule: 'It has not expired ("exp"), where it says when it does',
  judge: (claims, examination) => (claims.exp === undefined ? 'absent' : expiryCheck.judge(examination)),
  found: (_claims, examination) => expiryCheck.found(examination),
});

const idCheck = claimCheck({
  name: 'id',
  rule: 'It has a name of its own ("jti"), by which it is used once',
  source: 'OpenID Connect Back-Channel Logout §2.4',
  judge: ({ jti }) => (isUsableName(jti) ? 'pass' : refused('it has no usable jti')),
  expected: () => 'a string of 1 to 255 characters',
  found: ({ jti }) => show(jti),
});

const whoseCheck = claimCheck({
  ...subjectCheck,
  rule: 'It says who has signed out ("sub"), or from which session ("sid")',
  source: 'OpenID Connect Back-Channel Logout §2.4',
  judge: ({ sub, sid }, examination) => {
    if (sub !== undefined) return subjectCheck.judge(examination);
    return sid === undefined ? refused('it names neither a person nor a session') : 'absent';
  },
  found: ({ sub }) => show(sub),
});

const sidCheck = claimCheck({
  name: 'sid',
  rule: 'It names the session that has ended ("sid"), where it names one',
  source: 'OpenID Connect Back-Channel Logout §2.1',
  judge: ({ sid }) => {
    if (sid === undefined) return 'absent';
    return isUsableSid(sid) ? 'pass' : refused('its sid is not usable');
  },
  expected: () => 'a string of 1 to 255 printable ASCII characters',
  found: ({ sid }) => show(sid),
});

export const logoutTokenChecks: readonly Check[] = [
  ...signatureChecksOf('logout+jwt', 'OpenID Connect Back-Channel Logout §2.4, RFC 8725 §3.11'),
  clientIssuerCheck,
  eventsCheck,
  nonceCheck,
  clientAudienceCheck,
  issuedAtCheck,
  notBeforeCheck,
  expiryWhereThereCheck,
  idCheck,
  whoseCheck,
  sidCheck,
];

/**
 * Judges a logout token. That it was not used before is for its receiver to see to.
 * @source OpenID Connect Back-Channel Logout 1.0 §2.4 and §2.6
 */
export function examineLogoutToken(
  input: ExaminationInput,
  checks = logoutTokenChecks,
): Finding<LogoutToken> {
  const examination = examinationOf(input);
  const failure = firstFailure(checks, examination);
  if (failure) return failure;
  const { claims, expectations } = examination as unknown as Established;
  return {
    accepted: true,
    token: {
      issuer: claims.iss,
      subject: claims.sub,
      sid: claims.sid,
      id: claims.jti,
      refusedFrom: claims.iat + logoutTokenMaxAge + expectations.clockTolerance,
    },
  };
}

/** Facts that are there once every check has passed. */
type Established = {
  readonly claims: { iss: string; sub?: string; sid?: string; jti: string; iat: number };
  readonly expectations: Examination['expectations'];
};
