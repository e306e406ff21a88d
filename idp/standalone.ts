import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Personality, personalities } from '../lib/config/personality';
import { newControlToken } from './control';
import { type IdentityProvider, startIdentityProvider } from './index';
import { exampleConfig, ownConfig, ownOptions, readOwnConfig } from './own-config';

export { personalities };

export interface StandaloneOptions {
  /** Path of the file with clients, people and API. */
  readonly file: string;
  readonly personality?: Personality | undefined;
  readonly port?: number | undefined;
  /** Told what happens, in lines for people. */
  readonly say: (line: string) => void;
}

/** A provider for somebody else's app, running. */
export interface Standalone {
  readonly issuer: string;
  /** Opens `/control/…`. */
  readonly controlToken: string;
  /** Takes the file as it is now; what is wrong with it is said, and changes nothing. */
  reload(): void;
  close(): Promise<void>;
}

/** What `--init` and `--schema` print. */
export const exampleText = (): string => `${JSON.stringify(exampleConfig, null, 2)}\n`;
export const schemaText = (): string =>
  `${JSON.stringify(z.toJSONSchema(ownConfig, { io: 'input' }), null, 2)}\n`;

/**
 * Starts the development provider with a file of one's own, and takes what changes in it without a restart.
 * @returns the provider, or everything that is wrong with the file
 * @throws Node's own error where the port is taken
 */
export async function startStandalone(
  options: StandaloneOptions,
): Promise<Standalone | { complaints: string[] }> {
  const { file, say } = options;
  const first = read(options);
  if ('complaints' in first) return first;
  const controlToken = newControlToken();
  const provider: IdentityProvider = await startIdentityProvider({ ...first, controlToken });
  const reload = () => {
    const next = read(options);
    if ('complaints' in next) {
      for (const complaint of next.complaints) say(`${file}: ${complaint}. The settings before it stay.`);
      return;
    }
    const { personality: _, issuer, host: __, port, dataDirectory: ___, ...changeable } = next;
    provider.change(changeable);
    const isMoved = issuer !== first.issuer || port !== first.port;
    say(
      `${file} has changed, and is in use${isMoved ? '; its personality and port after another start' : ''}.`,
    );
  };
  watchFile(file, { interval: 500, persistent: false }, reload);
  return {
    issuer: first.issuer,
    controlToken,
    reload,
    close() {
      unwatchFile(file, reload);
      return provider.close();
    },
  };
}

function read({ file, personality, port }: StandaloneOptions) {
  const text = textOf(file);
  if (text === undefined) return { complaints: ['cannot be read'] };
  const found = readOwnConfig(text);
  if ('complaints' in found) return found;
  return ownOptions(found.config, {
    ...(personality && { personality }),
    ...(port !== undefined && { port }),
    dataDirectory: join(dirname(file), '.data'),
  });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
