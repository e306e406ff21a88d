import { z } from 'zod';
import { storeRetryAfter } from '../db/store-error';
import { isUsableSid, readUnverified } from '../openid';
import type { NoKeys, WordedVerdict } from '../provider/no-keys';
import { grantedScopes, type TokenAnswer, type TokenGrant } from '../provider/token-answer';
import { type AccessToken, describable, type JsonObject, type Refusal } from '../token';
import { calledIn, mergeClaims, nameOf } from './profile-claims';
import type { Identity, SessionOwner, SessionTokens } from './session';

/** A refusal in the form of RFC 6749 §5.2; the description is a sentence for the person and a hint for the operator. */
export interface ExchangeRefusal {
  readonly status: 400 | 503;
  readonly error: string;
  readonly description: string;
  /** Seconds until the same request may succeed; undefined where its code is used up, or never was any good. */
  readonly retryAfter?: number;
}

/** Whom a verified ID token names, and what else is known of them. */
export interface VerifiedIdentity extends Identity {
  /** Of the ID token; with those of the UserInfo endpoint where that was asked. */
  readonly claims: JsonObject;
}

export interface SignedIn extends SessionOwner {
  readonly identity: VerifiedIdentity;
  readonly tokens: SessionTokens;
}

/** What mediation needs of the rooms around it. */
export interface ExchangeOptions {
  readonly redirectUri: string;
  /** What would keep a sign-in from its end, whatever the code: no database to keep it in, or no keys to judge it by. */
  readonly obstacle: () => Promise<'store' | NoKeys | undefined>;
  readonly exchange: (request: {
    code: string;
    codeVerifier: string;
    redirectUri: string;
  }) => Promise<TokenAnswer>;
  readonly verify: (token: string) => Promise<WordedVerdict<AccessToken>>;
  readonly verifyIdToken: (input: {
    token: string;
    nonce: string;
    accessToken: string;
  }) => Promise<WordedVerdict<JsonObject>>;
  /** A claim beside `sub` that names the person alike in both tokens, where the provider has one. */
  readonly personClaim: string | undefined;
  /** What an operator can do about an access token that a check refused, in a sentence. */
  readonly remedy: (check: string) => string;
  /** What an operator can do about an error of the provider, in a sentence, where that is known. */
  readonly explainError: (error: string, description: string | undefined) => string | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** What the provider's UserInfo endpoint says of a person; undefined where that cannot be had. Never rejects. */
  readonly userinfo: (input: { accessToken: string; subject: string }) => Promise<JsonObject | undefined>;
  /** Takes a token back that nobody will use; keeps nobody waiting and never throws. */
  readonly revokeUnused: (refreshToken: string | undefined) => void;
}

export type Exchanged = { readonly signedIn: SignedIn } | { readonly refusal: ExchangeRefusal };

const requestSchema = z.object({
  code: z.string().min(1).max(4_096),
  // RFC 7636 §4.1.
  code_verifier: z.string().regex(/^[A-Za-z0-9\-._~]{43,128}$/),
  nonce: z.string().min(16).max(256),
  redirect_uri: z.string(),
});

const refuse = (error: string, description: string, status: 400 | 503 = 400) => ({
  refusal: { status, error, description },
});

/** Said before the code is redeemed, so that the same request may come again. */
const later = (error: string, description: string, retryAfter: number) => ({
  refusal: { ...refuse(error, description, 503).refusal, retryAfter },
});

/** Seconds after which asking the provider again may help. */
const providerRetryAfter = 5;

/**
 * The token endpoint that the browser talks to: forwards the code to the provider, verifies what comes back, and
 * gives the tokens to the session instead of the browser.
 * @param form the parameters of the browser's token request (RFC 6749 §4.1.3), and the nonce of its sign-in
 */
export async function exchangeForSession(
  form: URLSearchParams,
  options: ExchangeOptions,
): Promise<Exchanged> {
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
  const obstacle = await options.obstacle();
  if (obstacle === 'store') return noStore;
  if (obstacle !== undefined) return keysUnavailable(obstacle, providerRetryAfter);
  const answer = await options.exchange({ code, codeVerifier: code_verifier, redirectUri: redirect_uri });
  if (answer.outcome === 'unavailable') return unfinished(answer);
  if (answer.outcome === 'refused') return asTheirs(providerRefusal(answer, options));
  return settle(answer.grant, nonce, options);
}

const noStore = later(
  'store_unavailable',
  'This app cannot reach its database, so nobody can be signed in just now. Try again in a moment. Operators: check DATABASE_URL.',
  storeRetryAfter,
);

/** Codes by which this endpoint speaks of this app, and what they are called where a provider says them of itself. */
const theirCodes = new Map([
  ['server_error', 'temporarily_unavailable'],
  ['store_unavailable', 'temporarily_unavailable'],
  ['cross_site', 'invalid_grant'],
  ['access_denied', 'invalid_grant'],
  ['misconfigured', 'invalid_grant'],
]);

function asTheirs(mediated: Exchanged): Exchanged {
  if (!('refusal' in mediated)) return mediated;
  const { refusal } = mediated;
  return { refusal: { ...refusal, error: theirCodes.get(refusal.error) ?? refusal.error } };
}

/** The code is used up: what it brought becomes a session, or is taken back. */
async function settle(grant: TokenGrant, nonce: string, options: ExchangeOptions): Promise<Exchanged> {
  try {
    const established = await establish(grant, nonce, options);
    if ('signedIn' in established) return { signedIn: await withName(established.signedIn, options) };
    options.revokeUnused(grant.refresh_token);
    return established;
  } catch (error) {
    options.revokeUnused(grant.refresh_token);
    throw error;
  }
}

function unfinished({
  reason,
  permanent = false,
}: Extract<TokenAnswer, { outcome: 'unavailable' }>): Exchanged {
  const sentence = `The sign-in provider did not finish the sign-in: ${reason}.`;
  if (!permanent) return later('temporarily_unavailable', sentence, providerRetryAfter);
  return refuse(
    'misconfigured',
    `${sentence} This does not pass by itself. For whoever runs this app: check OIDC_TOKEN_ENDPOINT, or what the provider's discovery says of it.`,
    503,
  );
}

const refusals: Readonly<Record<string, string>> = {
  unsupported_token_type:
    'The provider gave a token that works only with a key of its holder (DPoP, mTLS or MAC), which is not supported here. Switch sender-constrained tokens off for this client at the provider.',
  invalid_grant:
    'The provider did not accept the sign-in code: it is used up, expired or meant for another address. Start the sign-in again.',
  invalid_client: 'The provider does not accept this client. Check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.',
  unauthorized_client:
    'The provider does not let this client use authorization codes. Check its settings there.',
};

function providerRefusal(
  { error, description }: { error: string; description: string | undefined },
  { explainError }: ExchangeOptions,
): Exchanged {
  const known = explainError(error, description);
  const usual = Object.hasOwn(refusals, error) ? refusals[error] : undefined;
  const sentence = known ?? usual ?? `The provider refused the sign-in (${error}).`;
  return refuse(error, description ? `${sentence} It says: ${description}` : sentence);
}

/** Believes a grant only after its access token and its ID token were verified, and do not name different people. */
async function establish(grant: TokenGrant, nonce: string, options: ExchangeOptions): Promise<Exchanged> {
  const { access_token: accessToken, id_token: idToken } = grant;
  const access = await options.verify(accessToken);
  if (access.outcome === 'unavailable') return keysUnavailable(access.why);
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
  const identity = await options.verifyIdToken({ token: idToken, nonce, accessToken });
  if (identity.outcome === 'unavailable') return keysUnavailable(identity.why);
  if (identity.outcome === 'refused') {
    return refuse(
      'invalid_grant',
      `The ID token was refused ${because(identity.refusal)} Start the sign-in again.`,
    );
  }
  const { token } = access;
  // As the provider wrote it: the project's model may have dropped the claim that names the person.
  const written = readUnverified(accessToken).claims ?? token.claims;
  if (!isSamePerson(identity.token, written, options.personClaim)) {
    return refuse(
      'invalid_grant',
      'The ID token and the access token name different people. Start the sign-in again.',
    );
  }
  const tokens = toSessionTokens(grant, token, nameOf(identity.token), options.clock());
  const { issuer, subject } = token;
  return { signedIn: { issuer, subject, identity: identityOf(identity.token, token), tokens } };
}

/** What logout tokens will say: they name people and sessions as ID tokens do. */
function identityOf(claims: JsonObject, { issuer, subject }: SessionOwner): VerifiedIdentity {
  const { iss, sub, sid } = claims;
  return {
    claims,
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

/**
 * `misconfigured` where only somebody who changes something can help.
 * @param retryAfter seconds; undefined once the code has been redeemed
 */
function keysUnavailable(why: NoKeys | undefined, retryAfter?: number): Exchanged {
  const {
    passes = true,
    title = "The provider's keys cannot be loaded",
    detail = 'Start the sign-in again in a moment.',
  } = why ?? {};
  const sentence = `${title}, so its tokens could not be checked. ${detail}`;
  if (!passes) return refuse('misconfigured', sentence, 503);
  const code = 'temporarily_unavailable';
  return retryAfter === undefined ? refuse(code, sentence, 503) : later(code, sentence, retryAfter);
}

/** Why, and with which values: what an operator compares with the settings. */
const because = ({ check, because, expected, found }: Refusal): string =>
  `(${check}): ${because}. Expected ${describable(expected)}; found ${describable(found)}.`;

/**
 * Asks the UserInfo endpoint what somebody is called whom the ID token does not tell: where an access token is issued
 * along with it, providers may leave the profile to that endpoint (OpenID Connect Core §5.4). Once, at sign-in.
 */
async function withName(signedIn: SignedIn, { userinfo }: ExchangeOptions): Promise<SignedIn> {
  const { identity, tokens } = signedIn;
  if (calledIn(identity.claims) !== undefined) return signedIn;
  const told = await userinfo({ accessToken: tokens.accessToken, subject: identity.subject });
  if (!told) return signedIn;
  const claims = mergeClaims(identity.claims, told);
  return { ...signedIn, identity: { ...identity, claims }, tokens: { ...tokens, name: nameOf(claims) } };
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
