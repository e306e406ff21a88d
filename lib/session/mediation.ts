import { z } from 'zod';
import { grantedScopes, type TokenAnswer, type TokenGrant } from '../provider/token-endpoint';
import type { AccessToken } from '../token/access-token';
import { isUsableSid } from '../token/checks-claims';
import { describable } from '../token/examination';
import type { JsonObject } from '../token/json';
import type { Judgement } from '../token/judge';
import { readUnverified } from '../token/unverified';
import type { Refusal } from '../token/verify';
import type { Identity, SessionOwner, SessionTokens } from './session';

/** A refusal in the form of RFC 6749 §5.2; the description is a sentence for the person and a hint for the operator. */
export interface MediationRefusal {
  readonly status: 400 | 503;
  readonly error: string;
  readonly description: string;
}

export interface SignedIn extends SessionOwner {
  readonly identity: Identity;
  readonly tokens: SessionTokens;
}

/** What mediation needs of the rooms around it. */
export interface MediationOptions {
  readonly redirectUri: string;
  readonly exchange: (request: {
    code: string;
    codeVerifier: string;
    redirectUri: string;
  }) => Promise<TokenAnswer>;
  readonly judge: (token: string) => Promise<Judgement<AccessToken>>;
  readonly judgeIdToken: (input: {
    token: string;
    nonce: string;
    accessToken: string;
  }) => Promise<Judgement<JsonObject>>;
  /** A claim beside `sub` that names the person alike in both tokens, where the provider has one. */
  readonly personClaim: string | undefined;
  /** What an operator can do about an access token that a check refused, in a sentence. */
  readonly remedy: (check: string) => string;
  /** What an operator can do about an error of the provider, in a sentence, where that is known. */
  readonly explainError: (error: string, description: string | undefined) => string | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export type Mediated = { readonly signedIn: SignedIn } | { readonly refusal: MediationRefusal };

const requestSchema = z.object({
  code: z.string().min(1).max(4_096),
  // RFC 7636 §4.1.
  code_verifier: z.string().regex(/^[A-Za-z0-9\-._~]{43,128}$/),
  nonce: z.string().min(16).max(256),
  redirect_uri: z.string(),
});

const refuse = (error: string, description: string, status: 400 | 503 = 400): Mediated => ({
  refusal: { status, error, description },
});

/**
 * The token endpoint that the browser talks to: forwards the code to the provider, verifies what comes back, and
 * gives the tokens to the session instead of the browser.
 * @param form the parameters of the browser's token request (RFC 6749 §4.1.3), and the nonce of its sign-in
 */
export async function mediate(form: URLSearchParams, options: MediationOptions): Promise<Mediated> {
  if (form.get('grant_type') !== 'authorization_code') {
    return refuse(
      'unsupported_grant_type',
      'Only authorization_code is answered here; sessions are renewed by the server.',
    );
  }
  const request = requestSchema.safeParse(Object.fromEntries(form));
  if (!request.success) {
    const field = request.error.issues[0]?.path.join('.') ?? 'a parameter';
    return refuse(
      'invalid_request',
      `The parameter ${field} is missing or malformed. Start the sign-in again.`,
    );
  }
  const { code, code_verifier, nonce, redirect_uri } = request.data;
  if (redirect_uri !== options.redirectUri) {
    return refuse('invalid_request', `The redirect_uri is not ${options.redirectUri}. Check APP_BASE_URL.`);
  }
  const answer = await options.exchange({ code, codeVerifier: code_verifier, redirectUri: redirect_uri });
  if (answer.outcome === 'unavailable') {
    return refuse(
      'temporarily_unavailable',
      `The sign-in provider did not finish the sign-in: ${answer.reason}.`,
      503,
    );
  }
  if (answer.outcome === 'refused') return providerRefusal(answer, options);
  return establish(answer.grant, nonce, options);
}

const refusals: Readonly<Record<string, string>> = {
  invalid_grant:
    'The provider did not accept the sign-in code: it is used up, expired or meant for another address. Start the sign-in again.',
  invalid_client: 'The provider does not accept this client. Check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.',
  unauthorized_client:
    'The provider does not let this client use authorization codes. Check its settings there.',
};

function providerRefusal(
  { error, description }: { error: string; description: string | undefined },
  { explainError }: MediationOptions,
): Mediated {
  const known = explainError(error, description);
  const sentence = known ?? refusals[error] ?? `The provider refused the sign-in (${error}).`;
  return refuse(error, description ? `${sentence} It says: ${description}` : sentence);
}

/** Believes a grant only after its access token and its ID token were verified, and do not name different people. */
async function establish(grant: TokenGrant, nonce: string, options: MediationOptions): Promise<Mediated> {
  const { access_token: accessToken, id_token: idToken } = grant;
  const access = await options.judge(accessToken);
  if (access.outcome === 'unavailable') return refuse(...keysUnavailable);
  if (access.outcome === 'refused') {
    const remedy = options.remedy(access.refusal.check);
    return refuse('invalid_grant', `The access token was refused ${because(access.refusal)} ${remedy}`);
  }
  if (idToken === undefined) {
    return refuse(
      'invalid_grant',
      'The provider gave no ID token. Check that the scope openid is allowed for this client.',
    );
  }
  const identity = await options.judgeIdToken({ token: idToken, nonce, accessToken });
  if (identity.outcome === 'unavailable') return refuse(...keysUnavailable);
  if (identity.outcome === 'refused') {
    return refuse(
      'invalid_grant',
      `The ID token was refused ${because(identity.refusal)} Start the sign-in again.`,
    );
  }
  const { value: token } = access;
  // As the provider wrote it: the project's model may have dropped the claim that names the person.
  const written = readUnverified(accessToken, []).claims ?? token.claims;
  if (!isSamePerson(identity.value, written, options.personClaim)) {
    return refuse(
      'invalid_grant',
      'The ID token and the access token name different people. Start the sign-in again.',
    );
  }
  const tokens = toSessionTokens(grant, token, nameOf(identity.value), options.clock());
  const { issuer, subject } = token;
  return { signedIn: { issuer, subject, identity: identityOf(identity.value, token), tokens } };
}

/** What logout tokens will say: they name people and sessions as ID tokens do. */
function identityOf({ iss, sub, sid }: JsonObject, { issuer, subject }: SessionOwner): Identity {
  return {
    issuer: typeof iss === 'string' ? iss : issuer,
    subject: typeof sub === 'string' ? sub : subject,
    sid: isUsableSid(sid) ? sid : undefined,
  };
}

/**
 * By a claim that the provider gives both tokens, where it has one. Not by `sub`: no specification has it equal in an
 * access token (only at UserInfo, OpenID Connect Core §5.3.2), Okta writes a login name there and others a name for the
 * API alone. That both are about one person follows from where they come from: one answer to one code, fetched over
 * TLS with the verifier of this sign-in; `nonce` ties the ID token to it, and `at_hash` the two to each other.
 */
function isSamePerson(identity: JsonObject, access: JsonObject, claim: string | undefined): boolean {
  if (claim === undefined || identity[claim] === undefined || access[claim] === undefined) return true;
  return identity[claim] === access[claim];
}

const keysUnavailable = [
  'temporarily_unavailable',
  "The provider's keys cannot be loaded, so its tokens could not be checked. Try again in a moment.",
  503,
] as const;

/** Why, and with which values: what an operator compares with the settings. */
const because = ({ check, because, expected, found }: Refusal): string =>
  `(${check}): ${because}. Expected ${describable(expected)}; found ${describable(found)}.`;

/** What a person is called: their name, else the next best thing an ID token has (OpenID Connect Core §5.1). */
export function nameOf(claims: JsonObject): string {
  const candidates = [claims.name, claims.preferred_username, claims.email, claims.sub];
  return candidates.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

/** The tokens of a session as a grant brings them. @param now milliseconds since the epoch */
export function toSessionTokens(
  grant: TokenGrant,
  token: AccessToken,
  name: string,
  now: number,
): SessionTokens {
  return {
    accessToken: grant.access_token,
    refreshToken: grant.refresh_token,
    idToken: grant.id_token,
    accessTokenExpiresAt: token.expiresAt,
    obtainedAt: Math.floor(now / 1_000),
    scopes: grantedScopes(grant) ?? token.scopes,
    name,
  };
}
