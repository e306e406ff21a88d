import { type Mock, vi } from 'vitest';
import { WorkUnderWay } from '../../lib/config/under-way';
import type { RefreshCall, TokenAnswer, TokenGrant } from '../../lib/provider/token-answer';
import { Refresher, type Resolution, type ResolveOptions } from '../../lib/session/refresh';
import type { Session } from '../../lib/session/session';
import type { SessionStore } from '../../lib/session/store';
import type { TestSessions } from './sessions';

/** As an access token says when it expires; nobody here looks at its signature. */
export function tokenUntil(expiresAt: number, name = 'access-2'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ exp: expiresAt, name })}.c2ln`;
}

export const grantOf = (changes: Partial<TokenGrant> = {}): TokenAnswer => ({
  outcome: 'granted',
  grant: { access_token: 'access-2', token_type: 'Bearer', expires_in: 300, ...changes },
});
export const refused = (error: string): TokenAnswer => ({
  outcome: 'refused',
  error,
  description: undefined,
});
export const unavailable: TokenAnswer = {
  outcome: 'unavailable',
  reason: 'the token endpoint answered 502',
};

/** What a store throws that is gone for a moment. */
export const gone = Object.assign(new Error('the database is locked'), { code: 'SQLITE_BUSY' });

type Refresh = (refreshToken: string, call: RefreshCall) => Promise<TokenAnswer>;

/** A process that renews sessions, and whose provider gives these answers in turn, the last one again and again. */
export function refresherWith(sessions: TestSessions, ...answers: readonly TokenAnswer[]) {
  const coming = [...answers];
  const last = answers.at(-1) ?? unavailable;
  const refresh = vi.fn(async (_refreshToken: string, _call: RefreshCall) => coming.shift() ?? last);
  return anotherProcess(sessions, refresh);
}

/** A process of its own, in front of the same database and the same provider. */
export function anotherProcess(
  sessions: TestSessions,
  refresh: Mock<Refresh>,
  { store = sessions.storeWith({}) }: { store?: SessionStore } = {},
) {
  const { clock } = sessions;
  const revoke = vi.fn(async (_refreshToken: string) => undefined);
  const onEvent = vi.fn();
  const prepare = vi.fn(async () => (call: RefreshCall) => refresh(call.refreshToken, call));
  const isIdTokenOf = vi.fn((_session: Session, _token: { idToken: string; accessToken: string }) => true);
  const work = new WorkUnderWay();
  const time = { clock: clock.read, sleep: clock.sleep };
  const refresher = new Refresher({ store, prepare, isIdTokenOf, revoke, work, ...time, onEvent });
  const events = () => onEvent.mock.calls.map(([event]) => event);
  /** The session as a request gets it, however long that takes. */
  const resolve = (idHash: string, options: ResolveOptions = {}) =>
    clock.until(refresher.resolve(idHash, options));
  return { refresher, resolve, prepare, isIdTokenOf, refresh, revoke, work, events, store };
}

/** The session, which must be alive and usable. */
export function live(resolution: Resolution): Session {
  if (resolution.outcome !== 'live') throw new Error(`the session is ${resolution.outcome}`);
  return resolution.session;
}

/** The refresh tokens that were spent, in turn. */
export const spent = (refresh: Mock<Refresh>) => refresh.mock.calls.map(([refreshToken]) => refreshToken);
