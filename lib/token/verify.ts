import type { AccessToken } from './access-token';
import { accessTokenChecks, modelCheck, ownerOf } from './checks-access-token';
import { audiencesOf } from './checks-claims';
import { signatureCheck, signatureChecks } from './checks-signature';
import {
  type Check,
  type CheckName,
  Examination,
  type Outcome,
  type Refused,
  refused,
  type VerifyInput,
} from './examination';
import { scopesOf } from './scopes';

export type { VerifyInput };

/** Why a token was refused. */
export interface Refusal {
  /** The check that failed, by its stable name. */
  readonly check: CheckName;
  /** Completes "the token is refused: …". */
  readonly because: string;
  /** What the check wanted to see, for people. */
  readonly expected: string;
  /** What it saw. */
  readonly found: string;
}

/** A refusal, and what became of it as a question of its own: whether asking again may help, and what it cost. */
export interface Failure {
  readonly accepted: false;
  readonly refusal: Refusal;
  readonly dependsOn: Check['dependsOn'];
  /** Whether a key was tried, which costs more than all the rest. */
  readonly triedKeys: boolean;
}

export type Verdict = { readonly accepted: true; readonly token: AccessToken } | Failure;

/** One line of the explained verdict. */
export interface ExplainedCheck {
  readonly name: CheckName;
  readonly rule: string;
  readonly source: string;
  /** `blocked`: it could not be checked, because something that it needs is not known. */
  readonly result: 'pass' | 'fail' | 'not applicable' | 'blocked';
  readonly expected: string;
  readonly found: string;
}

/** Every rule for an access token, in the order in which it is applied. The gate and the explanation share it. */
export const allChecks: readonly Check[] = [...signatureChecks, ...accessTokenChecks];

/**
 * Judges an access token: the first check that fails refuses it. Depends on its input alone and never throws for a
 * token, however malformed.
 * @source RFC 9068 §4, RFC 8725
 */
export function verify(input: VerifyInput, checks = allChecks): Verdict {
  const examination = new Examination(input);
  const failure = firstFailure(checks, examination);
  if (failure) return failure;
  if (!isEstablished(examination)) return fail(modelCheck, blocked, examination);
  return { accepted: true, token: toAccessToken(examination) };
}

/**
 * Applies the checks in order until one fails. A check that is blocked fails, and so does a list in which no check
 * found the signature valid: however a list is filtered or ordered, it never accepts what was not verified.
 */
export function firstFailure(checks: readonly Check[], examination: Examination): Failure | undefined {
  for (const check of checks) {
    const refusal = refusalIn(check.judge(examination));
    if (refusal) return fail(check, refusal, examination);
  }
  return examination.isSigned && examination.claims ? undefined : fail(signatureCheck, blocked, examination);
}

const blocked = refused('it could not be checked: something that this check needs is not known');

const refusalIn = (outcome: Outcome): Refused | undefined => {
  if (outcome === 'blocked') return blocked;
  return typeof outcome === 'object' ? outcome : undefined;
};

function fail(check: Check, refusal: Refused, examination: Examination): Failure {
  const { because, found = check.found(examination) } = refusal;
  return {
    accepted: false,
    refusal: { check: check.name, because, expected: check.expected(examination), found },
    dependsOn: refusal === blocked ? undefined : check.dependsOn,
    triedKeys: examination.isSigned !== undefined,
  };
}

/**
 * Applies every check of {@link verify} to the end and tells what each one expected and found.
 * The token would be accepted exactly if no line says `fail` or `blocked`.
 */
export function explain(input: VerifyInput): ExplainedCheck[] {
  const examination = new Examination(input);
  return allChecks.map((check) => {
    const outcome = check.judge(examination);
    const { name, rule, source } = check;
    const expected = check.expected(examination);
    const { found = check.found(examination) } = typeof outcome === 'object' ? outcome : {};
    return { name, rule, source, result: resultOf(outcome), expected, found };
  });
}

function resultOf(outcome: Outcome): ExplainedCheck['result'] {
  if (typeof outcome === 'object') return 'fail';
  return outcome === 'absent' ? 'not applicable' : outcome;
}

/** Facts that are there once every check has passed. */
type Established = {
  [Fact in 'claims' | 'header' | 'model' | 'expectations']: NonNullable<Examination[Fact]>;
};

/** Also where a list has no check that establishes one of them. */
function isEstablished(examination: Examination): examination is Examination & Established {
  return (
    examination.header !== undefined && examination.claims !== undefined && examination.model !== undefined
  );
}

function toAccessToken({ claims, header, model, expectations }: Established): AccessToken {
  return {
    issuer: model.iss,
    subject: ownerOf(claims, expectations) as string,
    audiences: audiencesOf(claims),
    clientId: [claims.client_id, claims.azp].find((id) => typeof id === 'string'),
    scopes: scopesOf(claims, expectations.scopeClaims),
    expiresAt: model.exp,
    issuedAt: model.iat,
    claims: model,
    header,
  };
}
