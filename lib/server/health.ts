import 'server-only';
import { sql } from 'kysely';
import { database } from './database';
import { perProcess } from './per-process';
import { providerMetadata } from './provider';
import { verifier } from './verifier';

type Status = 'ok' | 'failing';

export interface Health {
  readonly checks: {
    /** `unknown` until it has been asked for the first time. */
    readonly store: { readonly status: Status | 'unknown' };
    readonly discovery: ReturnType<typeof stateOf>;
    readonly keys: ReturnType<typeof stateOf> & {
      readonly kids: (string | null)[];
      readonly ignored: unknown[];
    };
  };
  /** Something is failing, though requests may still be served. */
  readonly degraded: boolean;
  readonly ready: boolean;
}

/** Milliseconds. */
const times = {
  /** What was found out so long ago or less is not asked for again. */
  fresh: 2_000,
  /** A store that has not answered for so long is failing, whatever it answers later. */
  patience: 1_000,
};

/** The last that was heard of something, which is asked no more than once at a time, nor more often than it is news. */
export class Watch {
  private last: { readonly status: Status; readonly at: number } | undefined;
  private asking: { readonly since: number; readonly done: Promise<void> } | undefined;

  /** @param ask rejects, or does not answer, where it is failing @param clock milliseconds */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly clock: () => number,
  ) {}

  /** Asks, where what is known is no news any more. @returns when there is an answer, which may be never; never rejects */
  look(): Promise<void> {
    if (this.asking) return this.asking.done;
    if (this.last && this.clock() - this.last.at < times.fresh) return Promise.resolve();
    const done = this.ask().then(
      () => this.heard('ok'),
      () => this.heard('failing'),
    );
    this.asking = { since: this.clock(), done };
    return done;
  }

  /** From memory. */
  status(): Status | 'unknown' {
    if (this.asking && this.clock() - this.asking.since >= times.patience) return 'failing';
    return this.last?.status ?? 'unknown';
  }

  private heard(status: Status): void {
    this.asking = undefined;
    this.last = { status, at: this.clock() };
  }
}

const storeWatch = () =>
  perProcess('store-watch', () => new Watch(async () => sql`select 1`.execute(await database()), Date.now));

/** Begins to find out, in the background, what is not known or no news any more. @returns when all of it is known */
function lookAround(): Promise<unknown> {
  // Never more than one load at a time, and a provider that is down is asked no more often than its back-off says.
  const keys = verifier()
    .ready()
    .catch(() => undefined);
  return Promise.all([storeWatch().look(), keys]);
}

/**
 * How the store and what is known of the provider are doing, at once and from memory: whoever restarts what does not
 * answer must not restart an app because of a database or a provider. Starts a first load of keys where there was none.
 */
export function health(): Health {
  void lookAround();
  return remembered();
}

/** The same, after a second at most in which what is not known yet may become known. */
export async function healthSoon(): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, times.patience);
  });
  await Promise.race([lookAround(), patience]);
  clearTimeout(timer);
  return remembered();
}

function remembered(): Health {
  const store = storeWatch().status();
  const keyState = verifier().state();
  const discoveryState = providerMetadata().state();
  const everLoaded = keyState.lastSuccess !== undefined;
  return {
    checks: {
      store: { status: store },
      discovery: stateOf(discoveryState),
      keys: {
        ...stateOf(keyState),
        kids: keyState.keys.map(({ kid }) => kid ?? null),
        ignored: [...keyState.ignored],
      },
    },
    degraded: store === 'failing' || keyState.failing || discoveryState.failing || !everLoaded,
    ready: store === 'ok' && everLoaded,
  };
}

function stateOf(state: ReturnType<ReturnType<typeof providerMetadata>['state']>) {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    status: (state.failing ? 'failing' : 'ok') as Status,
    fetches: state.fetches,
    lastSuccess: time(state.lastSuccess),
    lastFailure: time(state.lastFailure),
    lastError: state.lastError?.message ?? null,
  };
}
