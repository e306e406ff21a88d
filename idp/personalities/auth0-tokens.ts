import { CompactEncrypt, compactDecrypt } from 'jose';
import type { IdentityProviderOptions } from '../options';
import { mayBeGranted, type Person, people, personClaims } from '../people';
import { hexFrom, logoutEvent, opaqueFrom } from './derive';
import type { IdTokenFacts, LogoutFacts, Signer, TokenAnswerParts, TokenFacts } from './token-facts';

/** The connection and the person's ID in it, with a bar between. */
export function auth0Subject(person: Person): string {
  return `auth0|${hexFrom(person.subject, 24)}`;
}

/**
 * A JWT in the "Auth0" token profile where an audience was asked for
 * (https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles); else a five-part JWE that Auth0 alone can
 * read (decoded headers in auth0/nextjs-auth0#1809 and curso-r/auth0#86).
 */
export async function auth0AccessToken(
  options: IdentityProviderOptions,
  facts: TokenFacts,
  signer: Signer,
): Promise<string> {
  if (!facts.forApi) return encrypted(options.issuer, facts, signer);
  return signer.sign(0, { typ: 'JWT' }, facts.person ? personal(options, facts) : machine(options, facts));
}

function encrypted(issuer: string, facts: TokenFacts, signer: Signer): Promise<string> {
  const { person, openidScopes, expiresAt: exp } = facts;
  const sub = person && auth0Subject(person);
  const text = JSON.stringify({ jti: facts.tokenId, sub, scope: openidScopes.join(' '), exp });
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', iss: issuer })
    .encrypt(signer.secret);
}

/** What `/userinfo` tells, and the ID token too. */
export function auth0Profile(person: Person, scopes: readonly string[]) {
  const { preferred_username: nickname, ...claims } = personClaims(person, scopes);
  return { sub: auth0Subject(person), nickname, ...claims };
}

/** `aud` is a list as soon as `openid` was asked for, for then the token opens `/userinfo` too. */
function personal({ issuer, audience, scopes, quirks }: IdentityProviderOptions, facts: TokenFacts): object {
  const { person, openidScopes } = facts;
  const permitted = scopes.filter((scope) => person && mayBeGranted(person, scope));
  return {
    iss: issuer,
    sub: person && auth0Subject(person),
    aud: openidScopes.includes('openid') ? [audience, `${issuer}userinfo`] : audience,
    iat: facts.issuedAt,
    exp: facts.expiresAt,
    scope: [...openidScopes, ...facts.apiScopes].join(' '),
    azp: facts.clientId,
    // "Enable RBAC" and "Add Permissions in the Access Token": all of them, whatever was asked for.
    permissions: quirks?.permissions === false ? undefined : permitted.map((scope) => scope.value),
  };
}

/** `gty` is undocumented for this grant and there all the same (four decoded tokens in public code). */
function machine({ issuer, audience, quirks }: IdentityProviderOptions, facts: TokenFacts): object {
  return {
    iss: issuer,
    sub: `${facts.clientId}@clients`,
    aud: audience,
    iat: facts.issuedAt,
    exp: facts.expiresAt,
    scope: facts.apiScopes.join(' ') || undefined,
    gty: 'client-credentials',
    azp: facts.clientId,
    permissions: quirks?.permissions === false ? undefined : facts.apiScopes,
  };
}

/** https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure; no `at_hash` from the code flow. */
export function auth0IdToken(issuer: string, facts: IdTokenFacts, signer: Signer): Promise<string> {
  const { person, openidScopes } = facts;
  return signer.sign(
    0,
    { typ: 'JWT' },
    {
      ...auth0Profile(person, openidScopes),
      iss: issuer,
      aud: facts.clientId,
      iat: facts.issuedAt,
      exp: facts.issuedAt + 10 * 60 * 60,
      sid: auth0Sid(facts.sessionId),
      nonce: facts.nonce,
    },
  );
}

/** 32 characters. */
const auth0Sid = (sessionId: string) => opaqueFrom(sessionId).slice(0, 32);

/**
 * Names person and session (https://auth0.com/docs/authenticate/login/logout/back-channel-logout). Its two minutes are
 * what the specification advises (§4).
 */
export function auth0LogoutToken(issuer: string, facts: LogoutFacts, signer: Signer): Promise<string> {
  return signer.sign(
    0,
    { typ: 'logout+jwt' },
    {
      iss: issuer,
      sub: auth0Subject(facts.person),
      aud: facts.clientId,
      iat: facts.issuedAt,
      exp: facts.issuedAt + 2 * 60,
      jti: facts.tokenId,
      events: logoutEvent,
      sid: auth0Sid(facts.sessionId),
    },
  );
}

/** `offline_access` is echoed where it was granted (three recorded answers in public code; refused: auth0/Auth0.swift#193). */
export function auth0TokenAnswer(parts: TokenAnswerParts): Record<string, unknown> {
  const { apiScopes, openidScopes } = parts.facts;
  return {
    access_token: parts.accessToken,
    refresh_token: parts.refreshToken,
    id_token: parts.idToken,
    scope: [...openidScopes, ...apiScopes].join(' ') || undefined,
    expires_in: parts.expiresIn,
    token_type: 'Bearer',
  };
}

/** What an access token says that opens `/userinfo`. */
interface UserinfoAccess {
  sub?: string;
  scope?: string;
  aud?: string | string[];
  exp?: number;
}

/**
 * Opens for the encrypted access token, and for the API's where `aud` names this endpoint beside the API
 * (https://auth0.com/docs/secure/tokens/access-tokens/get-access-tokens).
 */
export async function auth0Userinfo(options: IdentityProviderOptions, token: string, signer: Signer) {
  const { sub, scope = '' } = await contentOf(options.issuer, token, signer);
  const person = (options.people ?? people).find((candidate) => auth0Subject(candidate) === sub);
  return person && auth0Profile(person, scope.split(' '));
}

async function contentOf(issuer: string, token: string, signer: Signer): Promise<UserinfoAccess> {
  if (token.split('.').length === 5) {
    const { plaintext } = await compactDecrypt(token, signer.secret);
    const content: UserinfoAccess = JSON.parse(new TextDecoder().decode(plaintext));
    return Number(content.exp) * 1000 > Date.now() ? content : {};
  }
  const content: UserinfoAccess = await signer.read(0, token, issuer);
  return content.aud?.includes(`${issuer}userinfo`) ? content : {};
}
