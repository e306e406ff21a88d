import { z } from 'zod';
import type { Database, DatabaseTransaction, SessionTable } from '../db';

import { type StoreTime, storeTimeOf } from '../db/store-time';
import type { Clock } from '../remote';
import { Leases } from './leases';
import type { Seal } from './seal';
import {
  type EndReason,
  endReasons,
  type Found,
  type Identity,
  type Pause,
  type Session,
  type SessionOwner,
  type SessionSummary,
  type SessionTokens,
} from './session';

export interface SessionStoreOptions {
  readonly db: Database;
  readonly seal: Seal;
  readonly clock: Clock;
  /** What times of leases and pauses are compared with; left out, {@link storeTimeOf} the database. */
  readonly storeTime?: StoreTime;
  /** Seconds. */
  readonly idleTimeout: number;
  readonly maxAge: number;
}

export interface NewSession extends SessionOwner {
  readonly idHash: string;
  readonly identity: Identity;
  /** What the browser calls itself: its `User-Agent`, or nothing. */
  readonly device: string;
  readonly tokens: SessionTokens;
}

/** What else happens in the transaction that begins a session. */
export interface Beginning {
  /** The session that the browser had before, by the hash of its id. */
  readonly replaced?: string | undefined;
  /** Has the last word, and may write. @returns why there is to be no session, for the person to read */
  readonly admit?: (transaction: DatabaseTransaction) => Promise<string | undefined>;
}

/** A logout token names a session of the provider, a person, or both. */
export interface LogoutTarget {
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly sid: string | undefined;
}

const tokensSchema: z.ZodType<SessionTokens> = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
  accessTokenExpiresAt: z.number(),
  obtainedAt: z.number(),
  scopes: z.array(z.string()),
  name: z.string(),
  renewedAfterRefusal: z.boolean().optional(),
}) as z.ZodType<SessionTokens>;

/** Use is noted at most this often, so that reading a page does not write to disk every time. Milliseconds. */
const noteUseEvery = 60_000;

/** So many sessions of one person may live at a time; the ones unused for longest make room. */
export const sessionsPerPerson = 50;

/** A session that is over is remembered for so long, to tell whoever still brings its cookie why. Milliseconds. */
const rememberedFor = 3_600_000;

/** Thrown so that the transaction is rolled back. */
class NotAdmitted extends Error {
  constructor(readonly because: string) {
    super('not admitted');
  }
}

/** Sessions in the database: tokens sealed and bound to their row, ids hashed. */
export class SessionStore {
  /** Who may renew a session. */
  readonly leases: Leases;
  private readonly storeTime: StoreTime;

  constructor(private readonly options: SessionStoreOptions) {
    const { db, clock, storeTime = storeTimeOf(db, clock) } = options;
    this.storeTime = storeTime;
    this.leases = new Leases(db, storeTime);
  }

  /**
   * Whether a session can be kept now. @throws what keeps the database from it, a replica's being read-only included
   */
  async ready(): Promise<void> {
    const { db } = this.options;
    // A read may be repeated on another connection where the one at hand was lost; a write may not.
    await db.selectFrom('session').select('id_hash').limit(1).execute();
    await db.updateTable('session').set({ failures: 0 }).where('id_hash', '=', '').execute();
  }

  /**
   * Begins a session, ends the one that it replaces, and those that were unused for longest make room for it: all of
   * that or nothing.
   * @returns undefined; or why it was not admitted, and then nothing was written
   */
  async create(session: NewSession, beginning: Beginning = {}): Promise<string | undefined> {
    try {
      await this.options.db.transaction().execute((transaction) => {
        const inside = new SessionStore({ ...this.options, db: transaction });
        return inside.begin(session, beginning, transaction);
      });
      return undefined;
    } catch (error) {
      if (error instanceof NotAdmitted) return error.because;
      throw error;
    }
  }

  private async begin(
    session: NewSession,
    { replaced, admit }: Beginning,
    transaction: DatabaseTransaction,
  ): Promise<void> {
    // First: SQLite lets nobody write who has read before somebody else wrote.
    await transaction.insertInto('session').values(this.newRow(session)).execute();
    const because = await admit?.(transaction);
    if (because !== undefined) throw new NotAdmitted(because);
    // Last: in a transaction that had a failure PostgreSQL refuses these, but would answer a commit with a roll-back.
    if (replaced !== undefined) await this.end(replaced, 'replaced');
    await this.makeRoom(session);
  }

  private newRow(session: NewSession): SessionTable {
    const { clock, maxAge } = this.options;
    const { idHash, issuer, subject, identity, device, tokens } = session;
    const now = clock();
    return {
      id_hash: idHash,
      issuer,
      subject,
      sealed: this.sealTokens(idHash, tokens),
      created_at: now,
      last_used_at: now,
      ends_at: now + maxAge * 1_000,
      version: 1,
      identity_issuer: identity.issuer,
      identity_subject: identity.subject,
      sid: identity.sid ?? null,
      device: storable(device),
      end_reason: null,
      lease_until: 0,
      retry_at: 0,
      failures: 0,
    };
  }

  /** A live session, its use noted; or why there is none. */
  async find(idHash: string): Promise<Found> {
    const { db, clock, idleTimeout } = this.options;
    const row = await this.row(idHash);
    if (!row) return { outcome: 'ended', reason: 'ended' };
    const now = clock();
    const over = this.whyOver(row, now);
    if (over !== undefined) {
      if (row.end_reason === null) await this.end(idHash, over);
      return { outcome: 'ended', reason: over };
    }
    const tokens = this.openTokens(row);
    // Its row stays: another instance may have the secret that this one lacks.
    if (!tokens) return { outcome: 'ended', reason: 'unreadable' };
    // A short idle time-out needs finer notes, or a session in constant use would run out between two of them.
    const unnoted = now - Math.min(noteUseEvery, idleTimeout * 100);
    if (row.last_used_at <= unnoted) {
      await db
        .updateTable('session')
        .set({ last_used_at: now })
        .where('id_hash', '=', idHash)
        // Requests that arrive together change the row once; a renewal waits for whoever changes it.
        .where('last_used_at', '<=', unnoted)
        .execute();
    }
    return { outcome: 'live', session: toSession(row, tokens) };
  }

  /**
   * Replaces the tokens of a session, if it is still as it was read (compare-and-set on its version), and gives back
   * the lease.
   * @param pause where the provider is to be left alone nevertheless
   * @returns whether it was; where not, another process has changed or ended it
   */
  async replaceTokens(session: Session, tokens: SessionTokens, pause?: Pause): Promise<boolean> {
    const { numUpdatedRows } = await this.options.db
      .updateTable('session')
      .set({
        sealed: this.sealTokens(session.idHash, tokens),
        version: session.version + 1,
        ...this.leases.givenBack(pause),
      })
      .where('id_hash', '=', session.idHash)
      .where('version', '=', session.version)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /**
   * Ends a session, whatever happens to it meanwhile: its tokens leave the database, its reason stays for a while.
   * @returns the last tokens it had; undefined where it was over already, or they do not open
   */
  async end(idHash: string, reason: EndReason): Promise<SessionTokens | undefined> {
    for (;;) {
      const row = await this.row(idHash);
      if (!row || row.end_reason !== null) return undefined;
      const { numUpdatedRows } = await this.options.db
        .updateTable('session')
        .set({ sealed: '', end_reason: reason, ends_at: this.options.clock(), version: row.version + 1 })
        .where('id_hash', '=', idHash)
        .where('version', '=', row.version)
        .executeTakeFirst();
      // Changed since it was read: its tokens are newer ones, and those are to be handed out.
      if (numUpdatedRows === 1n) return this.openTokens(row);
    }
  }

  /** Ends one session of a person. @returns its tokens; undefined where they have no such session */
  async endOwned(owner: SessionOwner, idHash: string): Promise<SessionTokens | undefined> {
    const row = await this.row(idHash);
    const isTheirs = row && row.issuer === owner.issuer && row.subject === owner.subject;
    return isTheirs ? this.end(idHash, 'elsewhere') : undefined;
  }

  /** Ends all sessions of a person but one. @param kept undefined: none is kept @returns the tokens they had */
  async endAll(owner: SessionOwner, kept?: string): Promise<SessionTokens[]> {
    const rows = await this.livingOf(owner)
      .select('id_hash')
      .where('id_hash', '!=', kept ?? '')
      .execute();
    return this.endEach(rows, 'elsewhere');
  }

  /** Ends what a logout token of the provider refers to. @returns how many sessions that were */
  async endByProvider({ issuer, subject, sid }: LogoutTarget): Promise<number> {
    if (subject === undefined && sid === undefined) return 0;
    let query = this.options.db
      .selectFrom('session')
      .select('id_hash')
      .where('end_reason', 'is', null)
      .where('identity_issuer', '=', issuer);
    if (subject !== undefined) query = query.where('identity_subject', '=', subject);
    if (sid !== undefined) {
      // A sign-in whose ID token named no session may be of this one; that it is of this person is certain.
      query = query.where((is) =>
        subject === undefined ? is('sid', '=', sid) : is.or([is('sid', '=', sid), is('sid', 'is', null)]),
      );
    }
    return (await this.endEach(await query.execute(), 'provider')).length;
  }

  /** Where a person is signed in, the latest used first. */
  async list(owner: SessionOwner): Promise<SessionSummary[]> {
    const { clock, idleTimeout } = this.options;
    const now = clock();
    const rows = await this.livingOf(owner)
      .select(['id_hash', 'device', 'created_at', 'last_used_at', 'ends_at'])
      .where('ends_at', '>', now)
      .where('last_used_at', '>', now - idleTimeout * 1_000)
      .orderBy('last_used_at', 'desc')
      .orderBy('id_hash')
      .execute();
    return rows.map((row) => ({
      handle: row.id_hash,
      device: row.device,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
      endsAt: row.ends_at,
    }));
  }

  /**
   * Removes rows of sessions that have been over for an hour.
   * @param limit of rows, so that nobody waits long for a writer @returns how many there were
   */
  async sweep(limit: number): Promise<number> {
    const { db, clock, idleTimeout } = this.options;
    const then = clock() - rememberedFor;
    const { numDeletedRows } = await db
      .deleteFrom('session')
      .where('id_hash', 'in', (from) =>
        from
          .selectFrom('session')
          .select('id_hash')
          .where((is) =>
            is.or([is('ends_at', '<=', then), is('last_used_at', '<=', then - idleTimeout * 1_000)]),
          )
          .orderBy('id_hash')
          .limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  private row(idHash: string): Promise<Row | undefined> {
    return this.options.db
      .selectFrom('session')
      .selectAll()
      .select(this.storeTime().as('store_time'))
      .where('id_hash', '=', idHash)
      .executeTakeFirst();
  }

  private livingOf({ issuer, subject }: SessionOwner) {
    return this.options.db
      .selectFrom('session')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .where('end_reason', 'is', null);
  }

  private whyOver(row: SessionTable, now: number): EndReason | undefined {
    if (row.end_reason !== null) return endReasons.find((reason) => reason === row.end_reason) ?? 'ended';
    if (now >= row.ends_at) return 'expired';
    return now >= row.last_used_at + this.options.idleTimeout * 1_000 ? 'idle' : undefined;
  }

  private async makeRoom({ idHash, ...owner }: NewSession): Promise<void> {
    const surplus = await this.livingOf(owner)
      .select('id_hash')
      .where('id_hash', '!=', idHash)
      .orderBy('last_used_at', 'desc')
      .orderBy('id_hash')
      // SQLite has no offset without a limit; what is left over is ended at the next sign-in.
      .limit(sessionsPerPerson)
      .offset(sessionsPerPerson - 1)
      .execute();
    await this.endEach(surplus, 'limit');
  }

  private async endEach(
    rows: readonly { readonly id_hash: string }[],
    reason: EndReason,
  ): Promise<SessionTokens[]> {
    const ended: SessionTokens[] = [];
    for (const { id_hash } of rows) {
      const tokens = await this.end(id_hash, reason);
      if (tokens) ended.push(tokens);
    }
    return ended;
  }

  private sealTokens(idHash: string, tokens: SessionTokens): string {
    return this.options.seal.close(JSON.stringify(tokens), idHash);
  }

  private openTokens(row: SessionTable): SessionTokens | undefined {
    const text = this.options.seal.open(row.sealed, row.id_hash);
    // What another release sealed in another shape ends its session, not every request that brings its cookie.
    return text === undefined ? undefined : tokensSchema.safeParse(JSON.parse(text)).data;
  }
}

/** A row, and what time it was by the store's clock when it was read. */
type Row = SessionTable & { readonly store_time: number };

function toSession(row: Row, tokens: SessionTokens): Session {
  const { identity_issuer: issuer, identity_subject: subject } = row;
  return {
    idHash: row.id_hash,
    issuer: row.issuer,
    subject: row.subject,
    tokens,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    endsAt: row.ends_at,
    version: row.version,
    identity: issuer !== null && subject !== null ? { issuer, subject } : undefined,
    renewal: {
      leasedFor: Math.max(0, row.lease_until - row.store_time),
      pausedFor: Math.max(0, row.retry_at - row.store_time),
      failures: row.failures,
    },
  };
}

/** Cut, and without what a database cannot keep in a text. */
function storable(device: string): string {
  return device.slice(0, 300).replace(/[\p{Cc}\p{Surrogate}]/gu, ' ');
}
