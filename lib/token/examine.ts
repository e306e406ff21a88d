import type { AccessToken } from './access-token';
import type { Check, Examination, ExaminationInput, Failure, Finding, Outcome, Refused } from './check';
import { accessTokenChecks, modelCheck, ownerOf } from './checks-access-token';
import { audiencesOf, scopesOf } from './checks-claims';
import { signatureCheck, signatureChecks } from './checks-signature';
import { examinationOf, refused } from './examination';
import type { ExplainedCheck } from './verifier';

/** Every rule for an access token, in the order in which it is applied. The gate and the explanation share it. */
export const allChecks: readonly Check[] = [...signatureChecks, ...accessTokenChecks];

/**
 * Examines an access token: the first check that fails refuses it. Depends on its input alone and never throws for a
 * token, however malformed.
 * @source RFC 9068 §4, RFC 8725
 */
export function examine(input: ExaminationInput, checks = allChecks): Finding<AccessToken> {
  const examination = examinationOf(input);
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

const refusalIn = (outcome: Outcome): Refused | undefined =>
  outcome === 'blocked' ? blocked : typeof outcome === 'object' ? outcome : undefined;

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
 * Applies every check of {@link examine} to the end and tells what each one expected and found.
 * The token would be accepted exactly if no line says `fail` or `blocked`.
 */
export function explain(input: ExaminationInput): ExplainedCheck[] {
  const examination = examinationOf(input);
  return allChecks.map((check) => {
    const outcome = check.judge(examination);
    const { name, rule, source } = check;
    const refusal = typeof outcome === 'object' ? outcome : undefined;
    const result = refusal
      ? 'fail'
      : outcome === 'absent'
        ? 'not applicable'
        : (outcome as 'pass' | 'blocked');
    const found = refusal?.found ?? check.found(examination);
    return { name, rule, source, result, expected: check.expected(examination), found };
  });
}

/** Facts that are there once every check has passed. */
type Established = {
  [Fact in 'claims' | 'header' | 'model' | 'expectations']: NonNullable<Examination[Fact]>;
};

/** Also where a list has no check that establishes one of them. */
function isEstablished(examination: Examination): examination is Examination & Established {
  const { header, claims, model } = examination;
  return header !== undefined && claims !== undefined && model !== undefined;
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
