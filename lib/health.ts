import 'server-only';
import { sql } from 'kysely';
import { database } from './db';
import { providerMetadata } from './provider';
import { providerKeys } from './token';

type Status = 'ok' | 'failing';

export interface Health {
  readonly checks: {
    readonly store: { readonly status: Status };
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

/** How the store and what is known of the provider are doing. Starts a first load of keys where there was none. */
export async function health(): Promise<Health> {
  const keys = providerKeys();
  const store = await storeStatus();
  // Never waits for more than one load, and a provider that is down is asked no more often than its back-off says.
  await keys.current().catch(() => undefined);
  const keyState = keys.state();
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

async function storeStatus(): Promise<Status> {
  try {
    await sql`select 1`.execute(await database());
    return 'ok';
  } catch {
    return 'failing';
  }
}

function stateOf(state: ReturnType<ReturnType<typeof providerMetadata>['state']>) {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    status: (state.failing ? 'failing' : 'ok') as Status,
    fetches: state.fetches,
    lastSuccess: time(state.lastSuccess),
    lastFailure: time(state.lastFailure),
    lastError: state.lastError ?? null,
  };
}
