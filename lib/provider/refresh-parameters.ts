import type { ProviderProfile } from './profile';

/** Parameters of a token request: names may repeat. */
export type TokenParameters = readonly (readonly [name: string, value: string])[];

/** `authorizeParams`, whether a name may stand in it once or several times. */
type Profile = Pick<ProviderProfile, 'preset' | 'requestPrefix'> & {
  readonly authorizeParams: Readonly<Record<string, string | readonly string[]>>;
};

/**
 * What the access token is asked for, beside its scopes. The token endpoint wants to be told as well as the authorization
 * endpoint, for the code and for every refresh (RFC 8707 §2.2).
 */
export function resourcesOf({ authorizeParams }: Pick<Profile, 'authorizeParams'>): string[] {
  return [authorizeParams.resource ?? []].flat().filter((resource) => resource !== '');
}

/** The same as parameters. */
export const resourceParameters = (profile: Pick<Profile, 'authorizeParams'>): TokenParameters =>
  resourcesOf(profile).map((resource) => ['resource', resource] as const);

/**
 * What a refresh names beside its token.
 * @param granted the scopes of the session
 * @param asked the scopes that every sign-in asks for
 */
export function refreshParameters(
  profile: Profile,
  { granted, asked }: { readonly granted: readonly string[]; readonly asked: readonly string[] },
): TokenParameters {
  const scope: TokenParameters = profile.preset.refreshNamesScope
    ? [['scope', scopeOf(profile, granted, asked)]]
    : [];
  return [...scope, ...resourceParameters(profile)];
}

/** Scopes of OpenID Connect Core §5.4 and §11: never the API's. */
const openidScopes = ['openid', 'profile', 'email', 'offline_access'];

/**
 * What was granted, as it is asked for, and nothing beyond (RFC 6749 §6). That `openid` and `offline_access` were granted
 * is shown by the ID token and the refresh token themselves. A provider that leaves OpenID's scopes out of its answers
 * gets those back that every sign-in asks for.
 */
function scopeOf({ requestPrefix }: Profile, granted: readonly string[], always: readonly string[]): string {
  const isOpenid = (scope: string) => openidScopes.includes(scope);
  const own = granted.filter((scope) => !isOpenid(scope));
  const named = granted.filter(isOpenid);
  const asked = own.map((scope) => (isFull(scope, requestPrefix) ? scope : requestPrefix + scope));
  const people = named.length > 0 ? named : always.filter(isOpenid);
  return [...new Set([...asked, 'openid', ...people, 'offline_access'])].join(' ');
}

/** Whether a scope has its resource in front of it already. */
const isFull = (scope: string, prefix: string) => scope.startsWith(prefix) || scope.includes('://');
