/** Holds the settings against the provider, and says what to change. */

export type { Line, Result } from './diagnosis';
export { examine, summarise } from './examine';
export { type SeenToken, seenToken } from './last-seen';
export { sharedRun } from './shared-run';
