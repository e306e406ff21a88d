import { actions, allActions, scopeFor } from '@/lib/access/actions';

/** One check box of the sign-in page. */
export interface Choice {
  readonly scope: string;
  readonly title: string;
  readonly description: string;
  /** Whether it is ticked at first. */
  readonly ticked: boolean;
}

/**
 * The check boxes of the sign-in page, one for each action of the access table.
 * @param wanted the query's `scope`: actions or scope values, separated by spaces or commas; absent or empty ticks all
 * @param prefix what stands before an action in a scope value
 */
export function choices(wanted: string | string[] | undefined, prefix: string): Choice[] {
  const named = new Set([wanted].flat().flatMap((value) => value?.split(/[\s,]+/).filter(Boolean) ?? []));
  return allActions.map((action) => {
    const scope = scopeFor(action, prefix);
    return { scope, ...actions[action], ticked: named.size === 0 || named.has(action) || named.has(scope) };
  });
}
