import type { Paths } from './traits';

/**
 * Whole, in the order in which pools with a domain serve it (two recordings in public code agree). What is missing is
 * missing there too: PKCE works and is not listed, `none` works and is not listed, and neither custom scopes nor
 * `authorization_response_iss_parameter_supported` are.
 */
export function cognitoDiscovery({
  issuer,
  origin,
  paths,
}: {
  issuer: string;
  origin: string;
  paths: Paths;
}): Record<string, unknown> {
  return {
    authorization_endpoint: origin + paths.authorization,
    end_session_endpoint: origin + paths.end_session,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: origin + paths.revocation,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: origin + paths.token,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${origin}/oauth2/userInfo`,
  };
}
