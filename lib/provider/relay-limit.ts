/**
 * At most so many calls at a time; more are turned away at once instead of queued. Anybody may send made-up codes to
 * this app's token endpoint: each would keep a call to the provider open for up to 10 s, until the provider throttles
 * this app as a whole.
 */
export class RelayLimit {
  private running = 0;

  constructor(private readonly max: number) {}

  /** @returns what the call brings, or `full` where it was not made */
  async run<T>(call: () => Promise<T>): Promise<T | 'full'> {
    if (this.running >= this.max) return 'full';
    this.running++;
    try {
      return await call();
    } finally {
      this.running--;
    }
  }
}
