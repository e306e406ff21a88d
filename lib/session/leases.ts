import type { Database } from '../db';
import { from, type StoreTime } from '../db/store-time';
import type { Pause, Session } from './session';

/** A lease that was taken; names it when it is given back. */
export type Lease = number;

/** The right to spend the refresh token of a session: in its row, for one at a time, and by the clock of the store. */
export class Leases {
  constructor(
    private readonly db: Database,
    private readonly now: StoreTime,
  ) {}

  /**
   * Takes the right, if nobody has it, the provider is not to be left alone, and the session is as it was read.
   * @param length milliseconds
   * @returns undefined where it was not taken
   */
  async take({ idHash, version }: Session, length: number): Promise<Lease | undefined> {
    const taken = await this.free(idHash, version)
      .set({ lease_until: from(this.now, length) })
      .returning('lease_until')
      .executeTakeFirst();
    return taken?.lease_until;
  }

  /** Gives a lease back, unless it has passed to somebody else. @param pause where the provider is to be left alone */
  async giveBack({ idHash }: Session, lease: Lease, pause?: Pause): Promise<void> {
    await this.db
      .updateTable('session')
      .set(pause ? this.givenBack(pause) : { lease_until: 0 })
      .where('id_hash', '=', idHash)
      .where('lease_until', '=', lease)
      .execute();
  }

  /** Has the provider left alone by everybody, unless somebody is asking it. */
  async pause({ idHash, version }: Session, pause: Pause): Promise<void> {
    await this.free(idHash, version).set(this.givenBack(pause)).execute();
  }

  /** What a row says when its lease has been given back. */
  givenBack({ length, failures }: Pause = { length: 0, failures: 0 }) {
    return { lease_until: 0, retry_at: length > 0 ? from(this.now, length) : 0, failures };
  }

  private free(idHash: string, version: number) {
    return this.db
      .updateTable('session')
      .where('id_hash', '=', idHash)
      .where('version', '=', version)
      .where('lease_until', '<=', this.now())
      .where('retry_at', '<=', this.now());
  }
}
