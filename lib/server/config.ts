import 'server-only';
import os from 'node:os';
import { type Config, keepSecret, readConfig } from '../config';
import { builtBasePath } from '../config/base-path';

import { perProcess } from './per-process';

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
