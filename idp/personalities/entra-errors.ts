import { aadsts, traced } from './entra-messages';
import type { EntraTenant } from './entra-tenant';
import type { FailedRequest, PersonalityTraits, Problem } from './traits';

/** An OAuth error, and Microsoft's number for it. */
interface Coded {
  error: string;
  code: number;
  about?: string | undefined;
  status?: number;
}

/**
 * Errors with numbers. The token endpoint's body has `error_codes`, `trace_id` and more; pages are HTTP 200 and say why in
 * their text only, so a program has to look for `AADSTS50011` (Microsoft's article on redirect URI mismatches).
 */
export function entraErrors({
  origin,
}: EntraTenant): Pick<PersonalityTraits, 'callbackError' | 'tokenError' | 'refusal'> {
  return {
    callbackError(problem) {
      const { error, message } = inCallback(problem);
      return { error, error_description: traced(message).error_description };
    },
    tokenError(failed) {
      const { error, code, status = 400, message } = atTokenEndpoint(failed);
      const { error_description, ...trace } = traced(message);
      const error_uri = `${origin}/error?code=${code}`;
      return { status, body: { error, error_description, error_codes: [code], ...trace, error_uri } };
    },
    refusal({ error }, query) {
      const clientId = query.get('client_id') ?? '';
      const known: Record<string, string> = {
        invalid_redirect_uri: aadsts(50011, `${query.get('redirect_uri')} ${clientId}`),
        invalid_client: aadsts(700016, clientId),
      };
      return { status: 200, sentence: known[error] ?? aadsts(9002313) };
    },
  };
}

const callbackCodes: Readonly<Record<string, number>> = {
  login_required: 50058,
  consent_required: 65001,
  access_denied: 65004,
  invalid_target: 9010010,
};

function inCallback({ error, description, worded }: Problem): { error: string; message: string } {
  if (worded) return { error, message: description ?? '' };
  const code = callbackCodes[error];
  return { error, message: code === undefined ? (description ?? '') : aadsts(code) };
}

function atTokenEndpoint(failed: FailedRequest): Coded & { message: string } {
  const { problem } = failed;
  if (problem.worded) {
    return { error: problem.error, code: Number(problem.detail), message: problem.description ?? '' };
  }
  const coded = coding(failed);
  return { ...coded, message: aadsts(coded.code, coded.about) };
}

/** By the error, and within it by what `oidc-provider` keeps to itself: `detail`. */
function coding({ problem, grantType, clientId, confidential }: FailedRequest): Coded {
  const { error, detail = '', description = '' } = problem;
  if (error === 'invalid_grant') return { error, code: grantCode(detail, grantType) };
  if (error === 'unsupported_grant_type') return { error, code: 70003 };
  if (error === 'invalid_target') return { error: 'invalid_request', code: 901002 };
  if (error === 'invalid_client' && confidential === undefined) {
    return { error: 'unauthorized_client', code: 700016, about: clientId };
  }
  if (error === 'invalid_client' && detail === 'invalid secret provided') {
    return { error, status: 401, code: 7000215, about: clientId };
  }
  if (error === 'invalid_client') return { error, status: 401, code: confidential ? 7000218 : 700025 };
  if (description.includes('grant type is not allowed')) {
    return { error: 'invalid_client', status: 401, code: 7000218 };
  }
  const [, parameter] = /missing required parameters? '?(\w+)/.exec(description) ?? [];
  if (parameter) return { error: 'invalid_request', code: 900144, about: parameter };
  return { error, code: 9002313 };
}

function grantCode(detail: string, grantType: string | undefined): number {
  if (detail.includes('code_verifier')) return 501481;
  if (detail.includes('already consumed')) return 54005;
  if (detail.includes('expired')) return grantType === 'refresh_token' ? 700082 : 70008;
  return 70000;
}
