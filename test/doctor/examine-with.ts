import type { Environment } from '../../lib/config/fields';
import { readConfig } from '../../lib/config/read';
import type { Line } from '../../lib/doctor/diagnosis';
import type { StoreState } from '../../lib/doctor/evidence';
import { examine } from '../../lib/doctor/examine';
import type { SeenToken } from '../../lib/doctor/last-seen';
import type { Fetch } from '../../lib/remote';
import type { AuthorizationServer } from './authorization-server';

export interface Examined {
  readonly env?: Environment;
  readonly fetch?: Fetch;
  /** Milliseconds since the epoch; the real time where a test does not care. */
  readonly now?: number;
  readonly budget?: number;
  readonly running?: boolean;
  readonly store?: () => Promise<StoreState>;
  readonly seenToken?: SeenToken;
}

export const upToDate: StoreState = {
  state: 'there',
  migrations: { done: ['0001'], pending: [], unknown: [] },
};

/** Settings of an app that signs people in there. */
export const settingsFor = (server: Pick<AuthorizationServer, 'origin'>): Record<string, string> => ({
  OIDC_ISSUER: server.origin,
  OIDC_CLIENT_ID: 'notes-app',
  OIDC_AUDIENCE: 'https://api.example',
  SESSION_SECRET: 'a-secret-of-at-least-32-bytes-for-tests',
});

/** Examines an app with these settings. @returns its lines by name */
export async function examineWith(options: Examined): Promise<Record<string, Line>> {
  const { env = {}, now, budget = 5_000, running = true, store = async () => upToDate } = options;
  const config = readConfig(env, {
    directory: '/srv/app',
    generatedSecret: () => 'a-generated-secret-of-more-than-32-bytes',
  });
  const seenToken = () => options.seenToken;
  const clock = () => now ?? Date.now();
  const lines = await examine({
    config,
    fetch: options.fetch ?? fetch,
    clock,
    budget,
    running,
    store,
    seenToken,
  });
  return Object.fromEntries(lines.map((line) => [line.name, line]));
}
