/** Sessions: how they begin, are found, renewed, and end. */

export { type LoggedOut, logOut } from './backchannel';
export { onSignIn } from './on-sign-in';
export { rateLimitedLog } from './rate-limited-log';
export { refreshDueAt } from './renewed-tokens';
export { type ResolvedSession, resolveSession } from './resolve';
export type { EndReason, SessionSummary } from './session';
export { type Reach, type RenewedNow, reaches, Sessions } from './sessions';
export { keepSweeping, lightSleep } from './sweeping';
export { type Exchanged, exchangeForSession } from './token-exchange';
