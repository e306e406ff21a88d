import type { ProviderSettings } from '../config/config';

/** The settings of somebody who has set the two variables, and whatever else a test says. */
export const testSettings = (changes: Partial<ProviderSettings> = {}): ProviderSettings => ({
  embedded: false,
  issuer: 'https://issuer.example/tenant',
  clientId: 'client-1',
  clientSecret: undefined,
  clientAuth: undefined,
  preset: undefined,
  audiences: [],
  scopePrefix: undefined,
  authorizeParams: {},
  endpoints: { jwks: undefined, authorization: undefined, token: undefined, endSession: undefined },
  algorithms: ['RS256'],
  clockTolerance: 30,
  jwksMaxAge: 600,
  ...changes,
});
