import { Kysely, SqliteDialect, sql } from 'kysely';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { openSqlite } from '../lib/db/sqlite';

/** A code, token, grant, session or interaction, as `oidc-provider` hands it over to be kept. */
interface ArtifactTable {
  model: string;
  id: string;
  payload: string;
  grantId: string | null;
  userCode: string | null;
  uid: string | null;
  /** When it was used up, in seconds since 1970. */
  consumed: number | null;
  /** When it stops counting, in seconds since 1970. */
  expiresAt: number | null;
}

type ArtifactDatabase = Kysely<{ artifact: ArtifactTable }>;

/** Seconds between two clean-ups, and how long an expired row is kept: longer than any clock tolerance. */
const sweepInterval = 60;

/** Everything the provider remembers apart from its keys. */
export interface ArtifactStore {
  /** The rows of one model in the shape `oidc-provider` asks for. */
  adapter(model: string): Adapter;
  /** Forgets a grant and whatever was issued under it. */
  revokeGrant(grantId: string): Promise<void>;
  /** Forgets all of a model but those that count for longest. */
  keepNewest(model: string, count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the personality's database, making it and its folder if needed.
 * @param alreadyUsed the error to throw when a single-use artifact is used a second time.
 */
export async function openArtifactStore(path: string, alreadyUsed: () => Error): Promise<ArtifactStore> {
  const db = await openDatabase(path);
  const sweep = sweeper(db);
  return {
    adapter: (model) => artifactAdapter({ db, model, sweep, alreadyUsed }),
    async revokeGrant(grantId) {
      await db
        .deleteFrom('artifact')
        .where((row) => row.or([row('grantId', '=', grantId), row.and({ model: 'Grant', id: grantId })]))
        .execute();
    },
    async keepNewest(model, count) {
      const kept = db.selectFrom('artifact').select('id').where('model', '=', model);
      await db
        .deleteFrom('artifact')
        .where('model', '=', model)
        .where('id', 'not in', kept.orderBy('expiresAt', 'desc').orderBy(sql`rowid`, 'desc').limit(count))
        .execute();
    },
    close: () => db.destroy(),
  };
}

async function openDatabase(path: string): Promise<ArtifactDatabase> {
  const db: ArtifactDatabase = new Kysely({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  await createSchema(db);
  return db;
}

async function createSchema(db: ArtifactDatabase): Promise<void> {
  await db.schema
    .createTable('artifact')
    .ifNotExists()
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('grantId', 'text')
    .addColumn('userCode', 'text')
    .addColumn('uid', 'text')
    .addColumn('consumed', 'bigint')
    .addColumn('expiresAt', 'bigint')
    .addPrimaryKeyConstraint('artifact_key', ['model', 'id'])
    .execute();
  for (const column of ['grantId', 'uid', 'expiresAt'] as const) {
    await db.schema.createIndex(`artifact_${column}`).ifNotExists().on('artifact').column(column).execute();
  }
}

/** Removes expired rows, at most once a minute, when something is written. */
function sweeper(db: ArtifactDatabase): () => Promise<void> {
  let lastSweep = 0;
  return async () => {
    if (now() - lastSweep < sweepInterval) return;
    lastSweep = now();
    await db
      .deleteFrom('artifact')
      .where('expiresAt', '<', now() - sweepInterval)
      .execute();
  };
}

interface AdapterParts {
  db: ArtifactDatabase;
  model: string;
  sweep: () => Promise<void>;
  alreadyUsed: () => Error;
}

function artifactAdapter({ db, model, sweep, alreadyUsed }: AdapterParts): Adapter {
  const findBy = async (column: 'id' | 'uid' | 'userCode', value: string) => {
    const rows = db.selectFrom('artifact').select(['payload', 'consumed']).where('model', '=', model);
    const row = await rows.where(column, '=', value).executeTakeFirst();
    return row && revive(row);
  };
  return {
    find: (id) => findBy('id', id),
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (userCode) => findBy('userCode', userCode),
    async upsert(id, payload, expiresIn) {
      await sweep();
      const values = toColumns(payload, expiresIn);
      await db
        .insertInto('artifact')
        .values({ model, id, consumed: null, ...values })
        .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(values))
        .execute();
    },
    /** Compare and set: of two simultaneous uses of one code or refresh token, one wins (RFC 6749 §4.1.2). */
    async consume(id) {
      const { numUpdatedRows } = await db
        .updateTable('artifact')
        .set({ consumed: now() })
        .where((row) => row.and({ model, id }))
        .where('consumed', 'is', null)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) throw alreadyUsed();
    },
    async destroy(id) {
      await db
        .deleteFrom('artifact')
        .where((row) => row.and({ model, id }))
        .execute();
    },
    async revokeByGrantId(grantId) {
      await db
        .deleteFrom('artifact')
        .where((row) => row.and({ model, grantId }))
        .execute();
    },
  };
}

function toColumns(payload: AdapterPayload, expiresIn: number | undefined) {
  return {
    payload: JSON.stringify(payload),
    grantId: payload.grantId ?? null,
    userCode: payload.userCode ?? null,
    uid: payload.uid ?? null,
    expiresAt: expiresIn === undefined ? null : now() + expiresIn,
  };
}

function revive(row: Pick<ArtifactTable, 'payload' | 'consumed'>): AdapterPayload {
  const payload: AdapterPayload = JSON.parse(row.payload);
  return row.consumed === null ? payload : { ...payload, consumed: row.consumed };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
