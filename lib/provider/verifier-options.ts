import type { Config } from '../config';
import type { VerifierOptions } from '../token';
import { projectClaims } from '../token/claims';
import { kindIn } from './profile';

/** How access tokens are judged by these settings: in the app and on the command line alike. */
export function verifierOptions({
  provider,
  baseUrl,
}: Pick<Config, 'provider' | 'baseUrl'>): VerifierOptions {
  const { issuer, clientId, audiences, algorithms, clockTolerance, endpoints } = provider;
  return {
    ...{ issuer, clientId, algorithms, clockTolerance, claims: projectClaims },
    provider: kindIn(provider),
    audience: audiences,
    // This API as its own metadata names it (RFC 9728 §2), which clients send on as the resource they want a token for
    // (RFC 8707). Those that write an origin as a URL put a slash after it; assistants name the endpoint they talk to, for
    // the Model Context Protocol tells them to.
    resource: [baseUrl, `${baseUrl}/`, `${baseUrl}/api/mcp`],
    jwksUri: endpoints.jwks,
    jwksMaxAge: provider.jwksMaxAge,
    accessTokenIssuer: provider.accessTokenIssuer,
    accessTokenClaim: provider.accessTokenClaim,
  };
}
