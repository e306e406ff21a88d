/**
 * What must not be broken off when the process ends: calls that spend a refresh token, the writes that keep what they
 * bring, and revocations. Most go on when the request that began them has been answered, so nobody else waits for them.
 */
export class WorkUnderWay {
  private readonly pending = new Set<Promise<void>>();
  private stopping = false;

  /** Whether the process is about to end: nothing is to begin that would have to be waited for. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** Has a stop wait for this. @returns the same promise */
  track<T>(work: Promise<T>): Promise<T> {
    const over = () => void this.pending.delete(settled);
    const settled: Promise<void> = work.then(over, over);
    this.pending.add(settled);
    return work;
  }

  /** Lets nothing begin any more, and waits for what is under way. @param limit ends the waiting */
  async stop(limit: Promise<unknown>): Promise<void> {
    this.stopping = true;
    let isOver = false;
    const over = limit.then(() => {
      isOver = true;
    });
    // What ends may have begun something else, such as the revocation of what it brought.
    while (this.pending.size > 0 && !isOver) await Promise.race([Promise.all(this.pending), over]);
  }
}
