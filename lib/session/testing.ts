import { type Dialect, type TestDatabase, testDatabase } from '../db/testing';
import type { AccessToken } from '../token/access-token';
import { hashSessionId, newSessionId } from './cookie';
import { createSeal } from './seal';
import type { SessionTokens } from './session';
import { SessionStore } from './store';

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
  }
}

export const testSecret = 'a-test-secret-of-at-least-32-bytes';
export const testOwner = { issuer: 'https://id.example', subject: 'alice' };

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
  storeWith(options: { secrets?: string[]; idleTimeout?: number; maxAge?: number }): SessionStore;
  /** Begins a session. @returns the hash of its id */
  begin(tokens?: SessionTokens): Promise<string>;
}

export async function testSessions(dialect: Dialect = 'sqlite'): Promise<TestSessions> {
  const clock = new TestClock();
  const database = await testDatabase(dialect);
  const storeWith: TestSessions['storeWith'] = ({
    secrets = [testSecret],
    idleTimeout = 3600,
    maxAge = 43_200,
  }) =>
    new SessionStore({ db: database.db, seal: createSeal(secrets), clock: clock.read, idleTimeout, maxAge });
  const store = storeWith({});
  return {
    database,
    clock,
    store,
    storeWith,
    async begin(tokens = testTokens(clock)) {
      const idHash = hashSessionId(newSessionId());
      await store.create({ ...testOwner, idHash, tokens });
      return idHash;
    },
  };
}
