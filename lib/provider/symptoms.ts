/**
 * What providers say when a registration is wrong, what it means, and where to mend it. Most are sentences that say
 * something else than what is wrong; each was met by people, and is looked for in an error and its description.
 */
export interface Symptom {
  readonly match: RegExp;
  /** What is wrong. */
  readonly cause: string;
  /** What to change, in the provider's own words. */
  readonly fix: string;
  /** The part of the registration that is wrong, where it is one of those that can be looked at without a sign-in. */
  readonly about?: 'redirect' | 'scopes' | 'audience' | 'client';
  /** Whether the words can only mean this, wherever on a page they stand: healthy sign-in pages contain a lot. */
  readonly onPages?: boolean;
}

/** What this app does not do, and where that is mended. */
export const parUnsupported = 'Claimcheck does not push them';
export const parFix =
  'the setting that requires them for this client at the provider: switch it off (Keycloak: Clients › your client › Advanced › Pushed authorization request required)';

/** Cognito: aws-samples/cloudfront-authorization-at-edge#82, amazon-archives/amazon-cognito-auth-js#85. */
const cognito: readonly Symptom[] = [
  {
    match: /redirect_mismatch/,
    cause: 'the redirect URI is not registered with this app client',
    fix: 'App clients › your client › Login pages › Allowed callback URLs',
    about: 'redirect',
    onPages: true,
  },
  {
    // The code stands in the description: error=invalid_request&error_description=invalid_scope.
    match: /^invalid_request invalid_scope|unknown\/invalid scope/i,
    cause: 'this app client may not have one of the scopes that were asked for',
    fix: 'App clients › your client › Login pages › Custom scopes, and OIDC_SCOPE_PREFIX={resource server identifier}/',
    about: 'scopes',
  },
  {
    match: /login pages unavailable/i,
    cause: 'the domain uses managed login, and this app client has no style',
    fix: 'Branding › Managed login › Create style',
    onPages: true,
  },
];

/** Auth0: auth0/nextjs-auth0#1809, neurostuff/neurostore#741. */
const auth0: readonly Symptom[] = [
  {
    match: /callback url mismatch/i,
    cause: 'the redirect URI is not registered with this application',
    fix: 'Applications › your application › Settings › Allowed Callback URLs',
    about: 'redirect',
    onPages: true,
  },
  {
    match: /unknown client:/i,
    cause: 'there is no application with this client id at this tenant',
    fix: 'OIDC_CLIENT_ID to Applications › your application › Settings › Client ID',
    about: 'client',
    onPages: true,
  },
  {
    match: /service not found/i,
    cause: 'there is no API with the identifier that was asked for',
    fix: 'set OIDC_AUDIENCE to APIs › your API › Settings › Identifier, to the letter',
    about: 'audience',
    onPages: true,
  },
  {
    match: /is not authorized to access resource server/i,
    cause: 'the API does not admit this application',
    fix: 'APIs › your API › Settings › Application Access Policy',
    about: 'audience',
  },
  {
    match: /unknown or invalid refresh token/i,
    cause: 'the refresh token was used before, or has expired',
    fix: 'sign in again; Applications › your application › Refresh Token Rotation › Rotation Overlap Period',
  },
];

/** Entra ID: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
const entra: readonly Symptom[] = [
  {
    match: /AADSTS(50011|500113)(?!\d)/,
    cause: 'the redirect URI is not registered with this application',
    fix: 'App registrations › your app › Authentication › Mobile and desktop applications (or Web, with a secret)',
    about: 'redirect',
    onPages: true,
  },
  {
    match: /AADSTS9002327(?!\d)/,
    cause:
      'the redirect URI is registered as a single-page application, whose codes only a browser may redeem',
    fix: 'App registrations › your app › Authentication: move it to Mobile and desktop applications, or to Web with a secret',
  },
  {
    match: /AADSTS9002326(?!\d)/,
    cause: 'something between this app and the provider adds an Origin header to the token request',
    fix: 'the proxy in between',
  },
  {
    match: /AADSTS7000218(?!\d)/,
    cause: 'the redirect URI is registered as Web, which needs a client secret',
    fix: 'set OIDC_CLIENT_SECRET, or move the redirect URI to Mobile and desktop applications and allow public client flows',
    about: 'client',
  },
  {
    match: /AADSTS700025(?!\d)/,
    cause: 'a client secret was sent, but the redirect URI is registered as that of a public client',
    fix: 'leave OIDC_CLIENT_SECRET out, or move the redirect URI to Web',
    about: 'client',
  },
  {
    match: /AADSTS7000215(?!\d)/,
    cause: 'the client secret is wrong or has expired',
    fix: 'App registrations › your app › Certificates & secrets: copy the Value, not the Secret ID',
    about: 'client',
  },
  {
    match: /AADSTS(650053|70011)(?!\d)/,
    cause: 'one of the scopes that were asked for does not exist',
    fix: 'App registrations › your API › Expose an API, and OIDC_SCOPE_PREFIX=api://{its client id}/',
    about: 'scopes',
  },
  {
    match: /AADSTS90009(?!\d)/,
    cause: 'app and API are one registration, and a refresh named no scope',
    fix: 'set OIDC_PROVIDER=entra, so that a refresh names the scopes that were granted; or register the API by itself',
  },
  {
    match: /AADSTS500011(?!\d)/,
    cause: 'the API that the scopes name was not found in this tenant',
    fix: 'App registrations › your API › Expose an API › Application ID URI, and OIDC_SCOPE_PREFIX',
    about: 'scopes',
  },
  {
    match: /AADSTS(65001|90094|650057)(?!\d)/,
    cause: 'nobody has consented to what this app asks for',
    fix: 'App registrations › your app › API permissions › Add, then Grant admin consent',
  },
  {
    match: /AADSTS700016(?!\d)/,
    cause: 'there is no application with this client id in the tenant',
    fix: 'OIDC_CLIENT_ID, or the tenant in OIDC_ISSUER',
    about: 'client',
    onPages: true,
  },
];

/** Keycloak: devopskube/redmine_openid_connect#73. */
const keycloak: readonly Symptom[] = [
  {
    match: /invalid parameter: redirect_uri/i,
    cause: 'the redirect URI is not registered with this client',
    fix: 'Clients › your client › Settings › Valid redirect URIs',
    about: 'redirect',
    onPages: true,
  },
  {
    match: /\bclient not found\b/i,
    cause: 'there is no client with this client id in this realm',
    fix: 'OIDC_CLIENT_ID to Clients › your client › Settings › Client ID',
    about: 'client',
    onPages: true,
  },
  {
    match: /invalid scopes:/i,
    cause: 'this client may not have one of the scopes that were asked for',
    // It lists everything that was asked for, so that it cannot be told which one.
    fix: 'Clients › your client › Client scopes › Add client scope, Optional; and OIDC_SCOPE=openid, with those of profile, email and offline_access that this client may have',
    about: 'scopes',
  },
  {
    match: /^not_allowed|offline tokens? (is |are )?not allowed/i,
    cause: 'this client, or this person, may not have the scope offline_access',
    fix: 'OIDC_SCOPE=profile email, which leaves it out; or give them the role offline_access: Users › user › Role mapping',
    about: 'scopes',
  },
];

/** What a specification's own code means (RFC 6749 §4.1.2.1, §5.2); the last resort. */
const standard: readonly Symptom[] = [
  {
    // RFC 9126. Keycloak: "Pushed Authorization Request is only allowed."
    match:
      /pushed.authorization|\bPAR\b.{0,40}(requir|must|only|mandatory)|(requir|must|only|mandatory).{0,40}\bPAR\b/i,
    cause: `the provider takes pushed authorization requests (PAR, RFC 9126) only, and ${parUnsupported}`,
    fix: parFix,
  },
  {
    match:
      /^(invalid_scope|invalid_request|access_denied|unauthorized_client|not_allowed) .*\boffline_access\b/,
    cause: 'this client may not have the scope offline_access',
    fix: 'OIDC_SCOPE=profile email, which leaves it out; or allow it for this client at the provider',
    about: 'scopes',
  },
  {
    match: /^invalid_scope .*\b(profile|email)\b/,
    cause: 'this client may not have one of the scopes that were asked for',
    fix: 'OIDC_SCOPE=openid, with those of profile and email that this client may have',
    about: 'scopes',
  },
  {
    match: /redirect_uri.*(match|regist|valid|allow)/i,
    cause: 'the redirect URI is not registered with this client',
    fix: "the client's redirect URIs at the provider",
    about: 'redirect',
  },
  {
    match: /^invalid_scope/,
    cause: 'this client may not have one of the scopes that were asked for',
    fix: 'the scopes of the client at the provider, OIDC_SCOPE_PREFIX for those of the API, and OIDC_SCOPE for the others (profile, email, offline_access)',
    about: 'scopes',
  },
  {
    match: /^invalid_target/,
    cause: 'the provider does not know the API that was asked for',
    fix: 'OIDC_AUDIENCE',
    about: 'audience',
  },
];

const symptoms = [...cognito, ...auth0, ...entra, ...keycloak, ...standard];

/**
 * What an error of a provider means.
 * @param error its code (RFC 6749 §4.1.2.1 or §5.2)
 * @param description its description, or a page that was shown instead
 * @returns undefined where there is nothing to add to what the provider says
 */
export function symptomOf(error: string, description = ''): Symptom | undefined {
  const said = `${error} ${description}`;
  return symptoms.find(({ match }) => match.test(said));
}

/** What a page means that a provider shows instead of an answer; undefined where it holds no words that are certain. */
export function symptomOnPage(text: string): Symptom | undefined {
  return symptoms.find(({ match, onPages }) => onPages === true && match.test(text));
}

/** What an error means, in a sentence for people. */
export function explainError(error: string, description?: string): string | undefined {
  const symptom = symptomOf(error, description);
  return symptom && `The provider refused: ${symptom.cause}. Change ${symptom.fix}.`;
}
