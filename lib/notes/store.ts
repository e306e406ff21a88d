import { randomUUID } from 'node:crypto';
import type { Database, NoteTable } from '../db';

import type { NewNote, Note, NoteChange, Owner } from './note';

/** Where a page of notes begins: after this one, newest first. */
export interface Cursor {
  readonly createdAt: number;
  readonly id: string;
}

export interface NotePage {
  readonly notes: Note[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** What became of a change that names the version it means. */
export type ChangeResult =
  | { readonly outcome: 'changed'; readonly note: Note }
  | { readonly outcome: 'missing' | 'conflict' };

export function encodeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt}.${id}`).toString('base64url');
}

/** Whether an id may be one of ours. Any other is nobody's note, and may hold what a database refuses to look for: a NUL. */
const isNoteId = (id: string) => /^[0-9a-f-]{36}$/.test(id);

/** @returns undefined for anything that {@link encodeCursor} did not make */
export function decodeCursor(text: string): Cursor | undefined {
  const match = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  return match?.[1] && match[2] ? { createdAt: Number(match[1]), id: match[2] } : undefined;
}

/** How many notes one person may keep: whoever may create them shall not fill the disk. */
export const notesPerOwner = 1_000;

/** Notes in the database. Every question names the owner; nobody else's note is ever found. */
export class NoteStore {
  constructor(
    private readonly db: Database,
    private readonly clock: () => number,
  ) {}

  async list(
    owner: Owner,
    { limit, after }: { limit: number; after?: Cursor | undefined },
  ): Promise<NotePage> {
    let query = this.owned(owner)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (after) {
      query = query.where((is) =>
        is.or([
          is('created_at', '<', after.createdAt),
          is.and([is('created_at', '=', after.createdAt), is('id', '<', after.id)]),
        ]),
      );
    }
    const rows = await query.execute();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last;
    return {
      notes: page.map(toNote),
      nextCursor: more ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null,
    };
  }

  async find(owner: Owner, id: string): Promise<Note | undefined> {
    if (!isNoteId(id)) return undefined;
    const row = await this.owned(owner).where('id', '=', id).executeTakeFirst();
    return row && toNote(row);
  }

  /** @returns undefined where the owner has as many as one may have; several at once may come to a few more */
  async create(owner: Owner, { title, body }: NewNote): Promise<Note | undefined> {
    const { issuer, subject } = owner;
    const last = await this.rowsOf(owner)
      .select('id')
      .limit(1)
      .offset(notesPerOwner - 1)
      .executeTakeFirst();
    if (last) return undefined;
    const now = this.clock();
    const row: NoteTable = {
      id: randomUUID(),
      issuer,
      subject,
      title,
      body,
      version: 1,
      created_at: now,
      updated_at: now,
    };
    await this.db.insertInto('note').values(row).execute();
    return toNote(row);
  }

  /** @param versions those that the change means; undefined: whatever is there */
  async change(
    owner: Owner,
    id: string,
    change: NoteChange,
    versions: readonly number[] | undefined,
  ): Promise<ChangeResult> {
    if (!isNoteId(id)) return { outcome: 'missing' };
    let query = this.db
      .updateTable('note')
      .set((is) => ({ ...change, version: is('version', '+', 1), updated_at: this.clock() }))
      .where('id', '=', id)
      .where('issuer', '=', owner.issuer)
      .where('subject', '=', owner.subject);
    if (versions) query = query.where('version', 'in', oneOrMore(versions));
    const row = await query.returningAll().executeTakeFirst();
    return row ? { outcome: 'changed', note: toNote(row) } : { outcome: await this.whyNot(owner, id) };
  }

  /** @param versions as in {@link change} */
  async remove(
    owner: Owner,
    id: string,
    versions: readonly number[] | undefined,
  ): Promise<'removed' | 'missing' | 'conflict'> {
    if (!isNoteId(id)) return 'missing';
    let query = this.db
      .deleteFrom('note')
      .where('id', '=', id)
      .where('issuer', '=', owner.issuer)
      .where('subject', '=', owner.subject);
    if (versions) query = query.where('version', 'in', oneOrMore(versions));
    const { numDeletedRows } = await query.executeTakeFirst();
    return numDeletedRows > 0n ? 'removed' : this.whyNot(owner, id);
  }

  private rowsOf({ issuer, subject }: Owner) {
    return this.db.selectFrom('note').where('issuer', '=', issuer).where('subject', '=', subject);
  }

  private owned(owner: Owner) {
    return this.rowsOf(owner).selectAll();
  }

  private async whyNot(owner: Owner, id: string): Promise<'missing' | 'conflict'> {
    return (await this.find(owner, id)) ? 'conflict' : 'missing';
  }
}

/** No version is negative: a list of none would be no SQL. */
const oneOrMore = (versions: readonly number[]) => (versions.length > 0 ? versions : [-1]);

function toNote(row: NoteTable): Note {
  const { id, title, body, version } = row;
  return {
    id,
    title,
    body,
    version,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
