import { z } from 'zod';
import type { Database } from '../db/open';
import type { SessionTable } from '../db/schema';
import type { Clock } from '../provider/cached-document';
import type { Seal } from './seal';
import type { Session, SessionTokens } from './session';

export interface SessionStoreOptions {
  readonly db: Database;
  readonly seal: Seal;
  readonly clock: Clock;
  /** Seconds. */
  readonly idleTimeout: number;
  readonly maxAge: number;
}

export interface NewSession {
  readonly idHash: string;
  readonly issuer: string;
  readonly subject: string;
  readonly tokens: SessionTokens;
}

const tokensSchema: z.ZodType<SessionTokens> = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
  accessTokenExpiresAt: z.number(),
  obtainedAt: z.number(),
  scopes: z.array(z.string()),
  name: z.string(),
}) as z.ZodType<SessionTokens>;

/** Use is noted at most this often, so that reading a page does not write to disk every time. Milliseconds. */
const noteUseEvery = 60_000;

/** Sessions in the database: tokens sealed and bound to their row, ids hashed. */
export class SessionStore {
  constructor(private readonly options: SessionStoreOptions) {}

  async create({ idHash, issuer, subject, tokens }: NewSession): Promise<void> {
    const { db, clock, maxAge } = this.options;
    const now = clock();
    const row: SessionTable = {
      id_hash: idHash,
      issuer,
      subject,
      sealed: this.sealTokens(idHash, tokens),
      created_at: now,
      last_used_at: now,
      ends_at: now + maxAge * 1_000,
      version: 1,
    };
    await db.insertInto('session').values(row).execute();
    await db.deleteFrom('session').where('ends_at', '<', now).execute();
  }

  /** A live session, its use noted; undefined where it never was, has ended, or its tokens do not open. */
  async find(idHash: string): Promise<Session | undefined> {
    const { db, clock, idleTimeout } = this.options;
    const row = await db.selectFrom('session').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
    if (!row) return undefined;
    const now = clock();
    const tokens = this.openTokens(row);
    if (!tokens || now >= row.ends_at || now >= row.last_used_at + idleTimeout * 1_000) {
      await this.remove(idHash);
      return undefined;
    }
    // A short idle time-out needs finer notes, or a session in constant use would run out between two of them.
    if (now - row.last_used_at >= Math.min(noteUseEvery, idleTimeout * 100)) {
      await db.updateTable('session').set({ last_used_at: now }).where('id_hash', '=', idHash).execute();
    }
    return {
      idHash,
      issuer: row.issuer,
      subject: row.subject,
      tokens,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
      endsAt: row.ends_at,
      version: row.version,
    };
  }

  /**
   * Replaces the tokens of a session, if it is still as it was read (compare-and-set on its version).
   * @returns whether it was; where not, another process has changed or ended it
   */
  async replaceTokens(session: Session, tokens: SessionTokens): Promise<boolean> {
    const { numUpdatedRows } = await this.options.db
      .updateTable('session')
      .set({ sealed: this.sealTokens(session.idHash, tokens), version: session.version + 1 })
      .where('id_hash', '=', session.idHash)
      .where('version', '=', session.version)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async remove(idHash: string): Promise<void> {
    await this.options.db.deleteFrom('session').where('id_hash', '=', idHash).execute();
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
