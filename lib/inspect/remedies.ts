import type { ProviderProfile } from '../provider';
import { remedyFor } from '../provider/remedies';
import type { ProviderKind } from '../token';
import type { Cause } from './cause';

type Remedy = { readonly any: string } & Partial<Readonly<Record<ProviderKind, string>>>;

const newOne =
  'Get a new one: a browser that is signed in renews its own, and in a shell npm run -s token brings one.';
const ask = 'Take the access token instead: the member access_token of the same answer.';

const copyAgain =
  'Copy it again, unchanged: a JWT is base64url, without padding, in one spelling. If it is so from the start, whoever made it does not follow RFC 7515.';

/**
 * The one change that mends a refused token, by the cause; `{…}` are facts of this API. What is not here is said by
 * `lib/provider/remedies.ts`, for operators.
 */
const remedies: Partial<Readonly<Record<Cause, Remedy>>> = {
  'truncated token': {
    any: 'Copy it whole: from a file, or with a copy button, not from a line that a terminal or a log has cut.',
  },
  'opaque token': {
    any: 'Ask the provider for a token for this API: name the API in the request (audience or resource), and it will be a JWT.',
    auth0:
      'Ask with audience={audience}: without it Auth0 issues tokens for its own /userinfo only (APIs › your API › Settings › Identifier).',
    okta: 'Use a custom authorization server: https://{domain}/oauth2/default.',
    entra:
      'Ask for a scope of your own API, {scope}: refresh tokens and codes of Microsoft are opaque, access tokens for your own API are not.',
    cognito:
      'Take the member access_token (AccessToken) of the answer: what is opaque at Cognito is a code or a session.',
  },
  'encrypted token': {
    any: 'Switch the encryption of access tokens off for this API at the provider, or name the API in the request.',
    auth0:
      'Ask with audience={audience}: without an API Auth0 encrypts access tokens for itself; and switch JWE off under APIs › your API › Settings › Token Settings.',
    cognito: 'Take the access token instead: what has 5 parts at Cognito is the refresh token.',
    entra:
      'Remove the token encryption key of the API’s registration (manifest: tokenEncryptionKeyId), or decrypt before this API.',
  },
  'unsigned token': {
    any: 'Let the provider sign its access tokens ({algorithms}). If it does, somebody has written this one by hand: do not trust where it came from.',
  },
  'HMAC-signed token': {
    any: 'Let the provider sign with a key pair ({algorithms}): an API must not be able to make the tokens that it verifies.',
    auth0: 'Set APIs › your API › Settings › Signing Algorithm to RS256.',
  },
  'token for Microsoft Graph': {
    any: 'Ask for a scope of your own API, {scope}, and for none of Microsoft Graph in the same request.',
  },
  'ID token': {
    any: ask,
    cognito: `${ask} At Cognito “token_use” says which is which.`,
    auth0: `${ask} It is for this API if audience={audience} was asked for.`,
    entra: `${ask} It is for this API if {scope} was asked for.`,
  },
  'refresh token': { any: `${ask} Whoever has seen this one can get new tokens: revoke it.` },
  'logout token': {
    any: 'Send it to /auth/backchannel-logout, as the provider does; an API needs the access token.',
  },
  'key-bound token': {
    any: 'Switch sender-constrained tokens (DPoP, mutual TLS) off for this client at the provider.',
    auth0: 'Set APIs › your API › Settings › Token Sender-Constraining to none.',
    okta: 'Applications › your application › General › Client Credentials: untick “Require Demonstrating Proof of Possession (DPoP)”.',
  },
  'text that is no token': { any: 'Paste the token itself, or the answer or header that it stands in.' },
  issuer: {
    any: 'Get the token from {issuer}; if the other one is right, set OIDC_ISSUER to it, to the letter.',
    entra:
      'Ask {issuer} for it. If the other tenant is right, put its own GUID into OIDC_ISSUER: https://login.microsoftonline.com/{tenant}/v2.0.',
    cognito:
      'Get it from the user pool {issuer}; if the other one is right, set OIDC_ISSUER to https://cognito-idp.{region}.amazonaws.com/{pool}.',
  },
  audience: {
    any: 'Ask for a token for this API, {expected}; if that name is wrong, set OIDC_AUDIENCE to the one that the token has.',
    auth0:
      'Ask with audience={audience}; if the API has another identifier, set OIDC_AUDIENCE to APIs › your API › Settings › Identifier.',
    entra:
      'Ask for {scope}; where the API is a registration of its own, set OIDC_AUDIENCE to its client id (Application ID URI without api://).',
  },
  key: {
    any: 'Get a new one: the provider may have changed its keys since. If a new one is refused too, the key set is another: see OIDC_JWKS_URI and /status.',
    okta: 'Use a custom authorization server, https://{domain}/oauth2/default: the org’s own does not publish the keys of its access tokens.',
  },
  signature: {
    any: 'Copy it again, whole and unchanged; if it is still refused, do not trust where it came from.',
    entra:
      'Copy it again, whole. If its header has a nonce, it is for Microsoft Graph: ask for a scope of your own API.',
  },
  encoding: { any: copyAgain },
  header: { any: copyAgain },
  claims: { any: copyAgain },
  form: { any: copyAgain },
  critical: {
    any: 'Let the provider leave “crit” and “b64” out of the header: no extension is supported here.',
  },
  type: { any: `${ask} The header of an access token says “at+jwt” or “JWT”.` },
  algorithm: {
    any: 'Let the provider sign with one of {algorithms}, or add its algorithm to OIDC_ALGORITHMS if it is an asymmetric one.',
  },
  expiry: { any: newOne },
  not_before: {
    any: 'Wait until then; if it should be valid now, compare this machine’s clock with the provider’s.',
  },
  issued_at: { any: 'Compare this machine’s clock with the provider’s: one of them is wrong.' },
  size: {
    any: 'Let the provider put less into it: groups and roles above all.',
    entra:
      'Let App registrations › your API › Token configuration put only groups assigned to the application into it.',
  },
};

/**
 * What mends it, in a sentence.
 * @param of the kind of provider with its table, and facts of this API for the placeholders; one without a value is written
 *   out as it stands
 */
export function remedyOf(
  cause: Cause,
  check: string,
  of: Pick<ProviderProfile, 'kind' | 'preset'> & { values: Readonly<Record<string, string | undefined>> },
): string {
  const remedy = remedies[cause];
  if (!remedy) return remedyFor(of.preset, check);
  const text = remedy[of.kind] ?? remedy.any;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => of.values[name] ?? whole);
}
