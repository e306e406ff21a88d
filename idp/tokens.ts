import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ProviderKeys } from './keys';
import type { Middleware } from './library';
import type { IdentityProviderOptions } from './options';
import { type Person, personBySubject } from './people';
import type { Signer, TokenFacts } from './personalities/token-facts';
import type { PersonalityTraits } from './personalities/traits';
import { appNames, askedFor } from './resource';
import { signerWith } from './signer';

interface TokenParts {
  traits: PersonalityTraits;
  options: IdentityProviderOptions;
  keys: ProviderKeys;
}

/** The answer of the token endpoint as `oidc-provider` leaves it. */
interface LibraryAnswer {
  id_token?: string;
  refresh_token?: string;
  expires_in: number;
}

/**
 * Gives tokens and answer their personality's form. `oidc-provider` decides whether there are tokens and what they
 * permit; its own are thrown away, for it has no settings for most of what providers differ in.
 */
export function tokenAnswers(parts: TokenParts): Middleware {
  const signer = signerWith(parts.keys);
  return async (ctx, next) => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc?.route !== 'token' || ctx.method !== 'POST' || ctx.status !== 200) return;
    ctx.body = await answer(ctx as KoaContextWithOIDC, parts, signer);
  };
}

async function answer(ctx: KoaContextWithOIDC, parts: TokenParts, keys: Signer) {
  const { traits } = parts;
  const { id_token, refresh_token: refreshToken, expires_in: expiresIn } = ctx.body as LibraryAnswer;
  const facts = factsOf(ctx, parts, expiresIn);
  const { person } = facts;
  const signer = withClaimsOf(person, keys);
  const accessToken = await traits.accessToken(facts, signer);
  const source = sourceOf(ctx);
  const idToken =
    id_token && person && source
      ? await traits.idToken(
          {
            ...facts,
            person,
            accessToken,
            nonce: source.nonce,
            sessionId: source.sid ?? source.sessionUid ?? '',
          },
          signer,
        )
      : undefined;
  const grantType = String(ctx.oidc.params?.grant_type);
  const members = traits.tokenAnswer({ facts, grantType, accessToken, idToken, refreshToken, expiresIn });
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Signs what a personality says of somebody, and their own claims beside it. */
const withClaimsOf = (person: Person | undefined, signer: Signer): Signer => ({
  ...signer,
  sign: (key, header, claims) => signer.sign(key, header, { ...person?.claims, ...claims }),
});

/** What the tokens are issued for: the code, or the refresh token that was used or its successor. */
function sourceOf({ oidc }: KoaContextWithOIDC) {
  return oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken;
}

function factsOf(ctx: KoaContextWithOIDC, { traits, options }: TokenParts, expiresIn: number): TokenFacts {
  const { AccessToken, ClientCredentials, Client } = ctx.oidc.entities;
  const token = AccessToken ?? ClientCredentials;
  const source = sourceOf(ctx);
  if (!token || !Client) throw new Error('the token endpoint answered without a token');
  const granted = scopes(token.scope);
  const forApi = token.resourceServer !== undefined;
  const issuedAt = Math.floor(Date.now() / 1000);
  const asked = String(token.resourceServer?.audience);
  // A path of the API is the API: its token names no path.
  const named = traits.namesResources && appNames(options).includes(asked);
  return {
    clientId: Client.clientId,
    confidential: Client.tokenEndpointAuthMethod !== 'none',
    person: AccessToken && personBySubject(AccessToken.accountId, options.people),
    forApi,
    resource: named ? asked : undefined,
    apiScopes: AccessToken ? (forApi ? granted : []) : (traits.machineScopes?.(askedFor(ctx)) ?? granted),
    openidScopes: openidScopes(ctx, source?.scope),
    tokenId: token.jti,
    grantId: AccessToken?.grantId ?? token.jti,
    issuedAt,
    expiresAt: issuedAt + expiresIn,
    authTime: source?.authTime ?? issuedAt,
    acr: source?.acr,
  };
}

/** Those of the sign-in; while refreshing, a client may ask for fewer (RFC 6749 §6). */
function openidScopes({ oidc }: KoaContextWithOIDC, granted: string | undefined): string[] {
  const asked = oidc.params?.grant_type === 'refresh_token' ? oidc.params.scope : undefined;
  const kept = typeof asked === 'string' ? scopes(asked) : undefined;
  const known = ['openid', 'profile', 'email', 'offline_access'];
  return scopes(granted).filter((scope) => known.includes(scope) && (kept?.includes(scope) ?? true));
}

function scopes(text: string | undefined): string[] {
  return text?.split(' ').filter(Boolean) ?? [];
}
