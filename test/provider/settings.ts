import type { ProviderSettings } from '../../lib/config/config';
import type { ProviderKind } from '../../lib/token';

/** The settings of somebody who has set the two variables, and whatever else a test says. */
export const testSettings = (changes: Partial<ProviderSettings> = {}): ProviderSettings => ({
  embedded: false,
  issuer: 'https://issuer.example/tenant',
  clientId: 'client-1',
  clientSecret: undefined,
  clientKey: undefined,
  clientAuth: undefined,
  preset: undefined,
  audiences: [],
  accessTokenIssuer: undefined,
  accessTokenClaim: undefined,
  scopePrefix: undefined,
  scopes: undefined,
  authorizeParams: {},
  endpoints: { jwks: undefined, authorization: undefined, token: undefined, endSession: undefined },
  algorithms: ['RS256'],
  clockTolerance: 30,
  jwksMaxAge: 600,
  ...changes,
});

export const testTenant = '11112222-bbbb-3333-cccc-4444dddd5555';

/** An issuer of each kind of provider, as its vendor writes them. */
export const testIssuers = {
  cognito: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI',
  auth0: 'https://example.eu.auth0.com/',
  entra: `https://login.microsoftonline.com/${testTenant}/v2.0`,
  okta: 'https://example.okta.com/oauth2/default',
  generic: 'https://id.example/realms/one',
} as const satisfies Record<ProviderKind, string>;
