import type { AccessToken } from '../token';
import { type Action, allActions } from './actions';
import { listOf, type Requirement } from './requirement';

/** How recent or how strong the sign-in behind a token must be (RFC 9470). */
export interface SignInRule {
  /** Seconds that may have passed since the person signed in (`auth_time`). */
  readonly within?: number;
  /** Any of these authentication contexts (`acr`) will do. */
  readonly acr?: readonly string[];
}

export type SignInRules = Readonly<Partial<Record<Action, SignInRule>>>;

/** What a token's sign-in lacks, in the parameters of a challenge (RFC 9470 §3). */
export interface MissingSignIn {
  readonly action: Action;
  readonly maxAge?: number;
  readonly acrValues?: readonly string[];
  /** In a clause: what is so instead. */
  readonly because: string;
  /** Whether the token says nothing at all: signing in again would change nothing. */
  readonly silent: boolean;
}

export interface SignInJudge {
  readonly rules: SignInRules;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Seconds of leeway for clocks. */
  readonly tolerance: number;
}

/**
 * Whether the sign-in behind a token does for what is required, by the token's own `auth_time` and `acr` alone (RFC 9470
 * §4, RFC 9068 §2.2.1). A token that does not say is refused.
 * @param requirement whose scopes the token has
 * @returns what is missing, or undefined where nothing is
 */
export function missingSignIn(
  requirement: Requirement,
  token: Pick<AccessToken, 'claims'>,
  judge: SignInJudge,
): MissingSignIn | undefined {
  if (requirement === 'signed-in') return undefined;
  const { actions, any } = listOf(requirement);
  const missing = actions.map((action) => missingFor(action, token.claims, judge));
  // One of several is enough, unless none is.
  if (any && missing.includes(undefined)) return undefined;
  return missing.find((one) => one !== undefined);
}

function missingFor(
  action: Action,
  claims: Readonly<Record<string, unknown>>,
  { rules, now, tolerance }: SignInJudge,
): MissingSignIn | undefined {
  const { within, acr } = rules[action] ?? {};
  if (within !== undefined) {
    const { auth_time: time } = claims;
    const missing = { action, maxAge: within };
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      return {
        ...missing,
        because: 'the token does not say when its person signed in (auth_time)',
        silent: true,
      };
    }
    const age = Math.floor(now - time);
    if (age < -tolerance)
      return { ...missing, because: 'the token’s auth_time is in the future', silent: true };
    if (age > within + tolerance)
      return { ...missing, because: `the sign-in was ${age} seconds ago`, silent: false };
  }
  if (acr !== undefined && !(typeof claims.acr === 'string' && acr.includes(claims.acr))) {
    const missing = { action, acrValues: acr };
    return typeof claims.acr === 'string'
      ? {
          ...missing,
          because: `the sign-in was of another strength (acr ${JSON.stringify(claims.acr)})`,
          silent: false,
        }
      : { ...missing, because: 'the token does not say how its person signed in (acr)', silent: true };
  }
  return undefined;
}

/** Reads rules by the names of their actions. @returns the rules, or the first name that no action has */
export function signInRules(
  maxAge: Readonly<Record<string, number>>,
  acrValues: Readonly<Record<string, readonly string[]>>,
): SignInRules | { readonly unknown: string } {
  const names = [...Object.keys(maxAge), ...Object.keys(acrValues)];
  const unknown = names.find((name) => !allActions.some((action) => action === name));
  if (unknown !== undefined) return { unknown };
  const rules = allActions.flatMap((action): [Action, SignInRule][] => {
    const [within, acr] = [maxAge[action], acrValues[action]];
    if (within === undefined && acr === undefined) return [];
    return [[action, { ...(within !== undefined && { within }), ...(acr && { acr }) }]];
  });
  return Object.fromEntries(rules);
}
