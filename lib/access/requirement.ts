import { type Action, readActions, scopeFor } from './actions';

/**
 * What somebody must be allowed to, to be let in: an action of the access table, one of several, or all of several;
 * or `signed-in`, where any verified token will do.
 */
export type Requirement =
  | Action
  | 'signed-in'
  | { readonly anyOf: readonly [Action, ...Action[]] }
  | { readonly allOf: readonly [Action, ...Action[]] };

/** The names that an action's scope has: in a token, and where it is asked for. They differ at some providers. */
export interface ScopeNames {
  readonly tokenPrefix: string;
  readonly requestPrefix: string;
}

/**
 * Actions of which a token lacks the scope, where it does not do what is required; none where it does.
 * @param scopes those of the token
 * @throws {TypeError} for an empty list, by which nobody could say what is meant: everyone, or no one
 */
export function missingActions(
  requirement: Requirement,
  scopes: readonly string[],
  tokenPrefix: string,
): readonly Action[] {
  if (requirement === 'signed-in') return [];
  const { actions, any } = listOf(requirement);
  if (actions.length === 0) throw new TypeError('anyOf and allOf need at least one action');
  const missing = actions.filter((action) => !scopes.includes(scopeFor(action, tokenPrefix)));
  if (!any) return missing;
  // Any one of them would do, so the first stands for all.
  return missing.length < actions.length ? [] : missing.slice(0, 1);
}

/** Whether what is let in may change something. */
export function isWrite(requirement: Requirement): boolean {
  if (requirement === 'signed-in') return false;
  return listOf(requirement).actions.some((action) => !readActions.includes(action));
}

/** The actions of a requirement, and whether one of them is enough. */
export function listOf(requirement: Exclude<Requirement, 'signed-in'>): {
  actions: readonly Action[];
  any: boolean;
} {
  if (typeof requirement === 'string') return { actions: [requirement], any: false };
  return 'anyOf' in requirement
    ? { actions: requirement.anyOf, any: true }
    : { actions: requirement.allOf, any: false };
}
