/**
 * What one kind of provider does its own way. Values may contain `{clientId}`, `{audience}` (the first of
 * `OIDC_AUDIENCE`), `{api}` (the same without `api://`, else the client id), `{resource}` (the first of them that is a
 * URL), `{home}` (the start page) and `{idToken}`.
 */
export interface Preset {
  /** As its vendor writes it. */
  readonly title: string;
  /** What stands before `note:read` in a request. */
  readonly scopePrefix: string;
  /** Whether that prefix also stands in tokens. */
  readonly prefixInTokens: boolean;
  /** Whether `offline_access` is asked for, to get a refresh token. */
  readonly offlineAccess: 'always' | 'never' | 'if listed';
  /** Whether a refresh must name the scopes that were granted, though RFC 6749 §6 lets it name none. */
  readonly refreshNamesScope: boolean;
  /** Further parameters of the authorization request; one whose placeholder has no value is left out. */
  readonly authorizeParams: Readonly<Record<string, string>>;
  /** A claim that names the person alike in ID token and access token, beside `sub`, which may differ between them. */
  readonly personClaim: 'oid' | undefined;
  readonly signOut: SignOut;
  /** How a client that has a key proves itself. */
  readonly clientAssertion: ClientAssertionForm;
  /** What a program without a person sends to the token endpoint; `{scope}` is what it asks for. */
  readonly machine: Readonly<Record<string, string>>;
  /** What to do about a refused access token, by the check that refused it, where it is particular to the provider. */
  readonly remedies: Readonly<Record<string, string>>;
  /** Where people find things, in the provider's own words. */
  readonly console: ConsoleWords;
}

export interface SignOut {
  /** Where it is when discovery does not say, relative to the place of the authorization endpoint. */
  readonly fallback: string | undefined;
  /** Parameters of an address that discovery lists. */
  readonly listed: Readonly<Record<string, string>>;
  /** Parameters of the fallback. */
  readonly unlisted: Readonly<Record<string, string>>;
}

export interface ClientAssertionForm {
  /** What its `aud` names; a string, never a list. */
  readonly audience: 'issuer' | 'token endpoint';
  /** What RSA keys sign with, where the provider does not say otherwise. */
  readonly rsa: 'RS256' | 'PS256';
}

/**
 * By the issuer: OpenID Connect Core §9 as corrected after CVE-2025-27370, where the token endpoint turned out to be a
 * name that another provider can give itself. Keycloak and oidc-provider take both, and say that this one will stay.
 */
export const byIssuer: ClientAssertionForm = { audience: 'issuer', rsa: 'RS256' };

export interface ConsoleWords {
  readonly redirectUri: string;
  readonly signOutUri: string;
  readonly scopes: string;
  readonly audience: string;
  readonly secret: string;
  readonly refreshToken: string;
}

/** RP-Initiated Logout §2. */
export const openidSignOut = {
  client_id: '{clientId}',
  post_logout_redirect_uri: '{home}',
  id_token_hint: '{idToken}',
} as const;
