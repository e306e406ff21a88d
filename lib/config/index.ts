import 'server-only';
import os from 'node:os';
import { builtBasePath } from './base-path';
import type { Config } from './config';
import { keepSecret } from './generated-secret';
import { perProcess } from './per-process';
import { readConfig } from './read';

/**
 * The configuration of this process, read from the environment on first use.
 * @throws {ConfigError} on the first call, naming every wrong variable
 */
export function currentConfig(): Config {
  return perProcess('config', () =>
    readConfig(process.env, {
      directory: process.cwd(),
      machineName: os.hostname(),
      built: builtBasePath(),
      generatedSecret: keepSecret,
    }),
  );
}
