import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { publishOnce } from './publish-once';

/** What is made where nobody set it: what seals sessions, and what proves this app to the embedded provider. */
export type SecretName = 'session-secret' | 'client-secret';

/** A secret that is made once, then kept in a file of its name (mode 0600): the same for all who start at once. */
export function keepSecret(dataDirectory: string, name: SecretName): string {
  const kept = readKeptSecret(dataDirectory, name);
  if (kept) return kept;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  publishOnce(path.join(dataDirectory, name), randomBytes(48).toString('base64url'));
  return readKeptSecret(dataDirectory, name) ?? '';
}

/** The same for those who must not make one. @returns undefined where there is none yet */
export function readKeptSecret(dataDirectory: string, name: SecretName): string | undefined {
  try {
    return readFileSync(path.join(dataDirectory, name), 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
