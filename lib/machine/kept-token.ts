import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const keptSchema = z.object({ request: z.string(), token: z.string(), expiresAt: z.number() });

export interface KeptTokenOptions {
  /** Folder of the file; made with mode 0700 if missing. */
  readonly directory: string;
  /** What was asked for: another question has another answer. */
  readonly request: readonly string[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Kept for others no longer than this before it expires, in seconds: a request needs its time too. */
const margin = 30;

/** The token of the last time, where it answers the same question and lives on for a while. */
export function readKeptToken({ directory, request, clock }: KeptTokenOptions): string | undefined {
  try {
    const kept = keptSchema.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')));
    const isFresh = clock() / 1_000 < kept.expiresAt - margin;
    return isFresh && kept.request === fingerprint(request) ? kept.token : undefined;
  } catch {
    // Missing, or written by something else: it is made anew.
    return undefined;
  }
}

/** Keeps a token for the next time, for this user alone (mode 0600). The file appears whole or not at all. */
export function keepToken({ directory, request, clock }: KeptTokenOptions, token: string, expiresIn: number) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = fileIn(directory);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const kept = { request: fingerprint(request), token, expiresAt: clock() / 1_000 + expiresIn };
  writeFileSync(draft, JSON.stringify(kept), { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

const fileIn = (directory: string) => path.join(directory, 'machine-token.json');

const fingerprint = (request: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url');
