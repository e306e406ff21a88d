/**
 * Whole, in the order in which a tenant of 2024 serves it (a recording in public code);
 * `end_session_endpoint` is there for tenants made since 14 November 2023
 * (https://auth0.com/docs/authenticate/login/logout/log-users-out-of-auth0), and the members on back-channel logout for
 * plans that have it (…/authenticate/login/logout/back-channel-logout/configure-back-channel-logout); their place is our
 * guess. `HS256` is listed first although this tenant signs by RS256: an app must not take the list for an allow-list.
 */
export function auth0Discovery(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    device_authorization_endpoint: `${issuer}oauth/device/code`,
    userinfo_endpoint: `${issuer}userinfo`,
    mfa_challenge_endpoint: `${issuer}mfa/challenge`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    registration_endpoint: `${issuer}oidc/register`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    scopes_supported: [
      ...['openid', 'profile', 'offline_access', 'name', 'given_name', 'family_name', 'nickname', 'email'],
      ...['email_verified', 'picture', 'created_at', 'identities', 'phone', 'address'],
    ],
    response_types_supported: [
      ...[
        'code',
        'token',
        'id_token',
        'code token',
        'code id_token',
        'token id_token',
        'code token id_token',
      ],
    ],
    code_challenge_methods_supported: ['S256', 'plain'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    claims_supported: [
      ...[
        'aud',
        'auth_time',
        'created_at',
        'email',
        'email_verified',
        'exp',
        'family_name',
        'given_name',
        'iat',
      ],
      ...['identities', 'iss', 'name', 'nickname', 'phone_number', 'picture', 'sub'],
    ],
    request_uri_parameter_supported: false,
    request_parameter_supported: false,
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'PS256'],
    end_session_endpoint: `${issuer}oidc/logout`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  };
}
