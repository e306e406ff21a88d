/**
 * The one table that says which action needs which scope. The gates of pages and route handlers, the check boxes
 * of the sign-in page, the consent page of the embedded provider and the disabled buttons of the UI all read it.
 * To protect something of your own, add a row.
 */
export const actions = {
  'note:read': { title: 'Read notes', description: 'See the notes you have written' },
  'note:create': { title: 'Create notes', description: 'Write new notes in your name' },
  'note:update': { title: 'Change notes', description: 'Edit the title and text of your notes' },
  'note:delete': { title: 'Delete notes', description: 'Remove your notes for good' },
} as const satisfies Record<string, { title: string; description: string }>;

/** Actions that change nothing, and are therefore never limited in number. */
export const readActions: readonly Action[] = ['note:read'];

/** An action a person can take, named as in the access table. */
export type Action = keyof typeof actions;

/** Every action, in the order in which people are shown them. */
export const allActions = Object.keys(actions) as Action[];

/**
 * The scope value that permits an action, as it stands in a token: `example:` + `note:read`.
 * Compared exactly; a longer or shorter name is another scope (RFC 6749 §3.3).
 */
export function scopeFor(action: Action, prefix: string): string {
  return prefix + action;
}

/** The actions that a set of granted scope values permits, in table order. */
export function permittedActions(scopes: readonly string[], prefix: string): Action[] {
  const granted = new Set(scopes);
  return allActions.filter((action) => granted.has(scopeFor(action, prefix)));
}
