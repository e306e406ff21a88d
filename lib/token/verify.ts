import type { AccessToken } from './access-token';
import { accessTokenChecks, audiencesOf } from './checks-claims';
import { signatureChecks } from './checks-signature';
import { type Check, Examination, type VerifyInput } from './examination';
import { scopesOf } from './scopes';

export type { VerifyInput };

/** Why a token was refused. */
export interface Refusal {
  /** The check that failed, by its stable name. */
  readonly check: string;
  /** Completes "the token is refused: …". */
  readonly because: string;
  /** What the check wanted to see, for people. */
  readonly expected: string;
  /** What it saw. */
  readonly found: string;
}

export type Verdict =
  | { readonly accepted: true; readonly token: AccessToken }
  | { readonly accepted: false; readonly refusal: Refusal };

/** One line of the explained verdict. */
export interface ExplainedCheck {
  readonly name: string;
  readonly rule: string;
  readonly source: string;
  readonly result: 'pass' | 'fail' | 'not applicable';
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
export function verify(input: VerifyInput): Verdict {
  const examination = new Examination(input);
  const refusal = firstFailure(allChecks, examination);
  if (refusal) return { accepted: false, refusal };
  return { accepted: true, token: toAccessToken(examination as Established) };
}

/** Applies the checks in order until one fails. */
export function firstFailure(checks: readonly Check[], examination: Examination): Refusal | undefined {
  for (const check of checks) {
    const outcome = check.judge(examination);
    if (typeof outcome === 'object') {
      const { because, found = check.found(examination) } = outcome;
      return { check: check.name, because, expected: check.expected(examination), found };
    }
  }
  return undefined;
}

/**
 * Applies every check of {@link verify} to the end and tells what each one expected and found.
 * The token would be accepted exactly if no line says `fail`.
 */
export function explain(input: VerifyInput): ExplainedCheck[] {
  const examination = new Examination(input);
  return allChecks.map((check) => {
    const outcome = check.judge(examination);
    const { name, rule, source } = check;
    const expected = check.expected(examination);
    if (typeof outcome === 'string')
      return { name, rule, source, result: outcome, expected, found: check.found(examination) };
    const { found = check.found(examination) } = outcome;
    return { name, rule, source, result: 'fail', expected, found };
  });
}

/** Facts that are there once every check has passed. */
type Established = {
  [Fact in 'claims' | 'header' | 'model' | 'expectations']: NonNullable<Examination[Fact]>;
};

function toAccessToken({ claims, header, model, expectations }: Established): AccessToken {
  return {
    issuer: model.iss,
    subject: model.sub,
    audiences: audiencesOf(claims),
    clientId: [claims.client_id, claims.azp].find((id) => typeof id === 'string'),
    scopes: scopesOf(claims, expectations.scopeClaims),
    expiresAt: model.exp,
    issuedAt: model.iat,
    claims: model,
    header,
  };
}
