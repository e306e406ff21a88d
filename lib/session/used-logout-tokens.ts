import { createHash } from 'node:crypto';
import type { Database } from '../db';
import type { LogoutToken } from '../openid';
import type { Clock } from '../remote';

/** A token is remembered so much longer than it passes, for the clocks of instances differ. Seconds. */
const longer = 60;

type Named = Pick<LogoutToken, 'issuer' | 'id' | 'refusedFrom'>;

/** Logout tokens that have done their work, shared by every instance (OpenID Connect Back-Channel Logout §2.6, 8). */
export class UsedLogoutTokens {
  constructor(private readonly options: { readonly db: Database; readonly clock: Clock }) {}

  async has(token: Named): Promise<boolean> {
    const row = await this.options.db
      .selectFrom('logout_token')
      .select('id_hash')
      .where('id_hash', '=', idHash(token))
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Marks a token as used. @returns whether nobody had before */
  async add(token: Named): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.options.db
      .insertInto('logout_token')
      .values({ id_hash: idHash(token), forget_at: Math.ceil(token.refusedFrom + longer) * 1_000 })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /**
   * Forgets tokens that are too old to pass.
   * @param limit of rows, so that nobody waits long for a writer @returns how many there were
   */
  async sweep(limit: number): Promise<number> {
    const { db, clock } = this.options;
    const { numDeletedRows } = await db
      .deleteFrom('logout_token')
      .where('id_hash', 'in', (from) =>
        from
          .selectFrom('logout_token')
          .select('id_hash')
          .where('forget_at', '<=', clock())
          .orderBy('forget_at')
          .limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}

/** No issuer has a NUL, so no two pairs become one text. */
function idHash({ issuer, id }: Named): string {
  return createHash('sha256').update(`${issuer}\0${id}`).digest('base64url');
}
