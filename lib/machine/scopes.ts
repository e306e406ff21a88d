import { allActions, scopeFor } from '../access/actions';
import { readUnverified } from '../openid';
import type { ProviderProfile } from '../provider';
import { scopesOf, tokenTraits } from '../token';

/** What was asked for and is not in a token, as far as it can be read: providers leave out what they do not grant. */
export function missingFrom(token: string, names: readonly string[], profile: ProviderProfile): string[] {
  const { kind, tokenPrefix } = profile;
  const { claims } = readUnverified(token);
  const scopes = scopesOf(claims ?? {}, tokenTraits[kind].scopeClaims);
  return claims ? names.filter((name) => !scopes.includes(asked(name, tokenPrefix))) : [];
}

/** An action by its scope; anything else as it stands. */
export function asked(name: string, prefix: string): string {
  const action = allActions.find((known) => known === name);
  return action ? scopeFor(action, prefix) : name;
}
