import type { AccessToken } from './access-token';
import type { Check, Examination, ExaminationInput, Failure, Finding, Refused } from './check';
import { accessTokenChecks, modelCheck, ownerOf } from './checks-access-token';
import { audiencesOf, scopesOf } from './checks-claims';
import { signatureCheck, signatureChecks } from './checks-signature';
import { examinationOf, refused } from './examination';
import type { ExplainedCheck } from './verifier';

/** In the order in which they are applied: the gate and the explanation share them. */
export const allChecks: readonly Check[] = [...signatureChecks, ...accessTokenChecks];

/** Examines an access token (RFC 9068 §4, RFC 8725). Depends on its input alone; never throws for a token, however malformed. */
export function examine(input: ExaminationInput, checks = allChecks): Finding<AccessToken> {
  const examination = examinationOf(input);
  const failure = firstFailure(checks, examination);
  if (failure) return failure;
  const { header, claims, model, expectations } = examination;
  // Also where a list has no check that establishes one of them.
  if (!header || !claims || !model) return fail(modelCheck, blocked, examination);
  const token = {
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
  return { accepted: true, token };
}

/**
 * Applies the checks in order until one fails. A check that is blocked fails, and so does a list in which no check
 * found the signature valid: however a list is filtered or ordered, it never accepts what was not verified.
 */
export function firstFailure(checks: readonly Check[], examination: Examination): Failure | undefined {
  for (const check of checks) {
    const outcome = check.judge(examination);
    const refusal = outcome === 'blocked' ? blocked : outcome;
    if (typeof refusal === 'object') return fail(check, refusal, examination);
  }
  return examination.isSigned && examination.claims ? undefined : fail(signatureCheck, blocked, examination);
}

const blocked = refused('it could not be checked: something that this check needs is not known');

function fail(check: Check, refusal: Refused, examination: Examination): Failure {
  const { because, found = check.found(examination) } = refusal;
  return {
    accepted: false,
    refusal: { check: check.name, because, expected: check.expected(examination), found },
    dependsOn: refusal === blocked ? undefined : check.dependsOn,
    triedKeys: examination.isSigned !== undefined,
  };
}

/** Applies every check of {@link examine}, which accepts the token exactly if no line says `fail` or `blocked`. */
export function explain(input: ExaminationInput): ExplainedCheck[] {
  const examination = examinationOf(input);
  return allChecks.map((check) => {
    const { name, rule, source } = check;
    const outcome = check.judge(examination);
    const isRefused = typeof outcome === 'object';
    const result = isRefused ? 'fail' : outcome === 'absent' ? 'not applicable' : outcome;
    const found = (isRefused ? outcome.found : undefined) ?? check.found(examination);
    return { name, rule, source, result, expected: check.expected(examination), found };
  });
}
