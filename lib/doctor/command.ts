import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Config, ConfigError, type Environment, lookAtConfig } from '../config';
import type { BuiltBasePath } from '../config/base-path';
import { databaseSecrets } from '../config/database-url';

import { migrationState, openStore } from '../db';

import { providerFetch } from '../provider';
import type { Fetch } from '../remote';
import type { Line } from './diagnosis';
import { type EnvFile, mangledValues } from './env-files';
import type { StoreState } from './evidence';
import { examine, refuseSettings, settings, summarise } from './examine';
import { print } from './print';
import { secretForms } from './redact';

export interface CommandOptions {
  /** As the app will see it: `.env.local` and the like already read in. */
  readonly env: Environment;
  /** The files it was read from, beside the environment itself. */
  readonly envFiles?: readonly EnvFile[];
  /** Folder against which relative paths count. */
  readonly directory: string;
  readonly machineName: string;
  /** The base path that next.config.mjs names now; a build may be older. */
  readonly built?: BuiltBasePath;
  readonly fetch: Fetch;
  readonly clock: () => number;
  readonly json: boolean;
  readonly colour: boolean;
}

/** Nobody waits for a page here, and providers may be slow. Milliseconds. */
const budget = 15_000;

/** `npm run doctor`: what to print, and the exit code. Starts nothing, writes nothing, and needs no running app. */
export async function doctor(options: CommandOptions): Promise<{ output: string; exitCode: number }> {
  const lines = await diagnose(options);
  const { result, counts } = summarise(lines);
  const output = options.json
    ? `${JSON.stringify({ result, counts, lines }, undefined, 2)}\n`
    : print(lines, options);
  return { output, exitCode: result === 'fail' ? 1 : 0 };
}

async function diagnose(options: CommandOptions): Promise<Line[]> {
  const lines = await examined(options);
  const mangled = mangledValues(options.envFiles ?? [], options.env).map(
    (finding): Line => ({ ...settings, ...finding }),
  );
  // Nothing passes where what was looked at is not what was meant.
  const rest =
    mangled.length > 0
      ? lines.filter(({ name, result }) => name !== settings.name || result !== 'pass')
      : lines;
  return [...mangled, ...rest];
}

async function examined({ env, fetch, clock, ...place }: CommandOptions): Promise<Line[]> {
  try {
    const config = lookAtConfig(env, place);
    const store = () => storeState(config);
    const asking = providerFetch(config.proxy, fetch);
    return await examine({ config, fetch: asking, clock, budget, running: false, store });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuseSettings(error.problems, secretsOf(env));
  }
}

/** What must not be shown, where there is no config to say so. */
function secretsOf(env: Environment): string[] {
  const { OIDC_CLIENT_ID: id = '', OIDC_CLIENT_SECRET: secret, SESSION_SECRET: sealing = '' } = env;
  return [
    ...secretForms(id.trim(), secret?.trim()),
    ...sealing.split(',').map((one) => one.trim()),
    ...databaseSecrets(env.DATABASE_URL?.trim() ?? ''),
  ];
}

/** Leaves a database file that is not there for the first start to make. */
async function storeState({ database }: Config): Promise<StoreState> {
  if (database.kind === 'sqlite' && !existsSync(database.file)) {
    await mustBeWritable(firstFolder(path.dirname(database.file)));
    return { state: 'absent' };
  }
  const db = openStore(database);
  try {
    return { state: 'there', migrations: await migrationState(db) };
  } finally {
    await db.destroy();
  }
}

async function mustBeWritable(folder: string): Promise<void> {
  if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);
  await access(folder, constants.W_OK);
}

function firstFolder(folder: string): string {
  return existsSync(folder) || folder === path.dirname(folder) ? folder : firstFolder(path.dirname(folder));
}
