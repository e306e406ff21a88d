import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../lib/db/open';
import type { SessionTable } from '../../lib/db/schema';
import { hashSessionId, newSessionId } from '../../lib/session/cookie';
import { createSeal } from '../../lib/session/seal';
import type { EndReason, Session, SessionTokens } from '../../lib/session/session';
import { type NewSession, SessionStore } from '../../lib/session/store';
import type { AccessToken } from '../../lib/token/access-token';
import { type Dialect, type TestDatabase, testDatabase } from '../db/database';

/** A clock that moves only when it is told to. */
export class TestClock {
  /** Milliseconds since the epoch. */
  now = Date.UTC(2026, 10, 22, 12);
  /** As code under test takes it. */
  readonly read = () => this.now;
  get seconds(): number {
    return Math.floor(this.now / 1_000);
  }
  passSeconds(seconds: number): void {
    this.now += seconds * 1_000;
    this.wake();
  }

  private sleepers: { due: number; wake: () => void }[] = [];
  /** Sleeps by this clock. */
  readonly sleep = (milliseconds: number) =>
    new Promise<void>((wake) => this.sleepers.push({ due: this.now + milliseconds, wake }));

  /** Lets time pass from one sleeper's end to the next, until something has happened. */
  async until<T>(happening: Promise<T>): Promise<T> {
    let happened = false;
    const over = () => {
      happened = true;
    };
    happening.then(over, over);
    for (;;) {
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      if (happened) return happening;
      const next = Math.min(...this.sleepers.map(({ due }) => due));
      if (next === Number.POSITIVE_INFINITY) throw new Error('nobody sleeps, and still it does not happen');
      this.now = Math.max(this.now, next);
      this.wake();
    }
  }

  private wake(): void {
    const due = this.sleepers.filter((sleeper) => sleeper.due <= this.now);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.due > this.now);
    for (const { wake } of due) wake();
  }
}

export const testSecret = 'a-test-secret-of-at-least-32-bytes';
export const testOwner = { issuer: 'https://id.example', subject: 'alice' };
/** As the ID token names the same person. */
export const testIdentity = { issuer: testOwner.issuer, subject: 'alice-for-this-client', sid: 'sid-1' };

/** Tokens that were obtained at this moment and live for `lifetime` seconds. */
export function testTokens(clock: TestClock, changes: Partial<SessionTokens> & { lifetime?: number } = {}) {
  const { lifetime = 300, ...others } = changes;
  const tokens: SessionTokens = {
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    idToken: 'id-1',
    accessTokenExpiresAt: clock.seconds + lifetime,
    obtainedAt: clock.seconds,
    scopes: ['openid', 'example:note:read'],
    name: 'Alice',
    ...others,
  };
  return tokens;
}

/** A verified access token of {@link testOwner}. */
export function testAccessToken(clock: TestClock, changes: Partial<AccessToken> = {}): AccessToken {
  return {
    ...testOwner,
    audiences: ['https://api.example'],
    clientId: 'notes-app',
    scopes: ['example:note:read'],
    expiresAt: clock.seconds + 300,
    issuedAt: clock.seconds,
    claims: { iss: testOwner.issuer, sub: testOwner.subject, exp: clock.seconds + 300 },
    header: {},
    ...changes,
  };
}

/** A store on a database file of its own. */
export interface TestSessions {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly store: SessionStore;
  /** Another store on the same file. */
  storeWith(options: {
    db?: Database;
    secrets?: string[];
    idleTimeout?: number;
    maxAge?: number;
  }): SessionStore;
  /** One of an instance whose clock is so many milliseconds ahead, by the store's own clock. */
  storeOfInstance(ahead: number): SessionStore;
  /** Begins a session. @returns the hash of its id */
  begin(tokens?: SessionTokens, changes?: Partial<NewSession>): Promise<string>;
  /** A session that must be alive. */
  live(idHash: string): Promise<Session>;
  /** Why a session must be over. */
  whyEnded(idHash: string): Promise<EndReason>;
  rows(): Promise<SessionTable[]>;
}

export async function testSessions(dialect: Dialect = 'sqlite'): Promise<TestSessions> {
  const clock = new TestClock();
  const database = await testDatabase(dialect);
  // The clock of a test's database is the test's, too.
  const storeTime = () => sql<number>`cast(${clock.now} as bigint)`;
  const storeWith: TestSessions['storeWith'] = ({
    db = database.db,
    secrets = [testSecret],
    idleTimeout = 3600,
    maxAge = 43_200,
  }) =>
    new SessionStore({ db, seal: createSeal(secrets), clock: clock.read, storeTime, idleTimeout, maxAge });
  const storeOfInstance: TestSessions['storeOfInstance'] = (ahead) => {
    const times = { clock: () => clock.now + ahead, idleTimeout: 43_200, maxAge: 43_200 };
    return new SessionStore({ db: database.db, seal: createSeal([testSecret]), ...times });
  };
  const store = storeWith({});
  return {
    database,
    clock,
    store,
    storeWith,
    storeOfInstance,
    async begin(tokens = testTokens(clock), changes = {}) {
      const idHash = hashSessionId(newSessionId());
      const described = { identity: testIdentity, device: 'Firefox', ...changes };
      await store.create({ ...testOwner, idHash, tokens, ...described });
      return idHash;
    },
    async live(idHash) {
      const found = await store.find(idHash);
      if (found.outcome === 'ended') throw new Error(`the session is over: ${found.reason}`);
      return found.session;
    },
    async whyEnded(idHash) {
      const found = await store.find(idHash);
      if (found.outcome === 'live') throw new Error('the session is alive');
      return found.reason;
    },
    rows: () => database.db.selectFrom('session').selectAll().orderBy('created_at').execute(),
  };
}
