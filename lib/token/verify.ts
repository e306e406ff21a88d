import type { AccessToken } from './access-token';
import { accessTokenChecks, audiencesOf } from './checks-claims';
import { signatureChecks } from './checks-signature';
import type { Check, Examination } from './examination';
import type { Expectations } from './expectations';
import type { JsonObject } from './json';
import type { KeySet } from './key-set';
import { scopesOf } from './scopes';

/** Why a token was refused. */
export interface Refusal {
  /** The check that failed, by its stable name. */
  readonly check: string;
  /** Completes "the token is refused: …". */
  readonly because: string;
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

export interface VerifyInput {
  readonly token: string;
  readonly keys: KeySet;
  readonly expectations: Expectations;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Judges an access token: the first check that fails refuses it. Depends on its input alone and never throws for a
 * token, however malformed.
 * @source RFC 9068 §4, RFC 8725
 */
export function verify(input: VerifyInput): Verdict {
  const examination: Examination = { ...input };
  const refusal = firstFailure(allChecks, examination);
  if (refusal) return { accepted: false, refusal };
  return { accepted: true, token: toAccessToken(examination.claims ?? {}, examination.header ?? {}) };
}

/** Applies the checks in order until one fails. */
export function firstFailure(checks: readonly Check[], examination: Examination): Refusal | undefined {
  for (const check of checks) {
    const finding = check.judge(examination);
    if (finding.result === 'fail') return { check: check.name, because: finding.because };
  }
  return undefined;
}

/**
 * Applies every check of {@link verify} to the end and tells what each one expected and found.
 * The token would be accepted exactly if no line says `fail`.
 */
export function explain(input: VerifyInput): ExplainedCheck[] {
  const examination: Examination = { ...input };
  const lines: ExplainedCheck[] = [];
  for (const { name, rule, source, judge } of allChecks) {
    const { result, expected, found } = judge(examination);
    lines.push({ name, rule, source, result, expected, found });
  }
  return lines;
}

function toAccessToken(claims: JsonObject, header: JsonObject): AccessToken {
  return {
    issuer: claims.iss as string,
    subject: claims.sub as string,
    audiences: audiencesOf(claims) ?? [],
    clientId: [claims.client_id, claims.azp].find((id): id is string => typeof id === 'string'),
    scopes: scopesOf(claims),
    expiresAt: claims.exp as number,
    issuedAt: typeof claims.iat === 'number' ? claims.iat : undefined,
    claims,
    header,
  };
}
