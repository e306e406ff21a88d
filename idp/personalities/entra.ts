import type { JWK } from 'jose';
import type { IdentityProviderOptions } from '../options';
import { entraDiscovery } from './entra-discovery';
import { entraErrors } from './entra-errors';
import { entraRequests } from './entra-requests';
import { entraTenant } from './entra-tenant';
import { entraAccessToken, entraIdToken, entraSubject, entraTokenAnswer } from './entra-tokens';
import type { PersonalityTraits } from './traits';

/**
 * A tenant of Microsoft Entra ID with one registration, which is the app and its API at once. Sources, unless another
 * is named: https://learn.microsoft.com/en-us/entra/identity-platform/ and the page named in brackets.
 */
export function entra(options: IdentityProviderOptions): PersonalityTraits {
  const tenant = entraTenant(options);
  const { origin, tenantId } = tenant;
  const paths = {
    authorization: `/${tenantId}/oauth2/v2.0/authorize`,
    token: `/${tenantId}/oauth2/v2.0/token`,
    // Not there: refresh tokens end by password change, admin or user revocation [refresh-tokens].
    revocation: `/${tenantId}/oauth2/v2.0/revoke`,
    end_session: `/${tenantId}/oauth2/v2.0/logout`,
    jwks: `/${tenantId}/discovery/v2.0/keys`,
    discovery: `/${tenantId}/v2.0/.well-known/openid-configuration`,
  };
  return {
    paths,
    origin,
    discovery: entraDiscovery(options.issuer, `${origin}/${tenantId}`),
    // As recorded from the live service.
    discoveryCaching: 'max-age=86400, private',
    keyFile: 'idp-keys-entra.json',
    database: 'idp-entra.db',
    // The form of a SHA-1 in base64url: 27 characters [access-tokens].
    keys: [0, 1].map(() => ({ alg: 'RS256', kid: (thumbprint) => thumbprint.slice(0, 27) })),
    // No `alg`; `x5t` repeats the `kid`; `issuer` is Microsoft's own member [access-tokens].
    publishedKey: ({ kty, use, kid, n, e }: JWK) => ({
      kty,
      use,
      kid,
      x5t: kid,
      n,
      e,
      issuer: options.issuer,
    }),
    has: { revocation: false, openidLogout: false },
    signOut: [
      {
        // The address must be one of the redirect URIs, for there is no list of its own; anything else leaves people on
        // a page of Microsoft's [v2-protocols-oidc].
        path: paths.end_session,
        read(query, { afterSignOut, redirectUris }) {
          const address = query.get('post_logout_redirect_uri') ?? '';
          return [...afterSignOut, ...redirectUris].includes(address) ? { to: address } : { stay: true };
        },
      },
    ],
    // Always a new one, and the old one is not revoked [refresh-tokens].
    refreshTokens: { issued: 'for offline_access', used: 'add', outliveSession: false },
    ...entraRequests(tenant),
    subject: (person, clientId) => entraSubject(person.subject, clientId),
    accessToken: (facts, signer) => entraAccessToken(tenant, facts, signer),
    idToken: (facts, signer) => entraIdToken(tenant, facts, signer),
    tokenAnswer: entraTokenAnswer,
    issInCallback: false,
    ...entraErrors(tenant),
    pages: {},
    about: `JWTs of version ${options.quirks?.tokenVersion ?? 2} for ${options.audience} where a scope of the API is asked for, else like those for Microsoft Graph, which nobody can verify`,
  };
}
