import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { publishOnce } from '../lib/config/publish-once';
import type { KeyPlan } from './personalities/traits';

const signingKey = z.looseObject({ kid: z.string(), kty: z.string(), alg: z.string(), use: z.string() });
type SigningKey = z.infer<typeof signingKey>;

const keyFile = z.object({
  signingKeys: z.array(signingKey).min(1),
  cookieKeys: z.array(z.string().min(32)).min(1),
  /** What will sign from a moment on, and for how long those that it replaces are published then; in seconds. */
  next: z
    .object({ signingKeys: z.array(signingKey).min(1), from: z.number(), keepFor: z.number() })
    .optional(),
  /** What has signed, and until when its tokens may live; epoch seconds. */
  retired: z.array(z.object({ key: signingKey, until: z.number() })).default([]),
});
type KeyFile = z.infer<typeof keyFile>;

/** Private keys as JWKs in the order of their plan, and the keys that sign cookies. */
export interface ProviderKeys {
  /** Those that sign. */
  readonly signingKeys: readonly SigningKey[];
  /** Those, those that will sign soon, and those whose tokens may still be in use. */
  readonly publishedKeys: readonly SigningKey[];
  readonly cookieKeys: readonly string[];
}

/** Where keys are kept, and which a personality has. */
export interface KeyPlace {
  readonly dataDirectory: string;
  readonly keyFile: string;
  readonly keys: readonly KeyPlan[];
}

/** The keys of a running provider: what its file says at this moment. */
export interface KeyRing {
  /** The same object as before where nothing has changed. */
  current(): ProviderKeys;
}

/**
 * A personality's keys, made on the first start and kept in its file (mode 0600), so that a restart invalidates
 * neither tokens nor cookies. Two processes that start together end up with the same keys: the file appears whole, under
 * its name, exactly once. A change of the file, by {@link rotateKeys}, is noticed at the next look.
 * @param given private keys to sign with, in place of those that were made; a restart with others rotates to them
 * @param keepFor seconds for which tokens live at most
 * @throws Error when the file is there and cannot be understood, or the given keys do not suit.
 */
export async function openKeys(
  place: KeyPlace,
  { given, keepFor, clock = Date.now }: { given?: readonly JWK[]; keepFor: number; clock?: () => number },
): Promise<KeyRing> {
  const path = join(place.dataDirectory, place.keyFile);
  const ours = given && (await suitable(given, place.keys));
  if (!statOf(path)) {
    mkdirSync(place.dataDirectory, { recursive: true, mode: 0o700 });
    publishOnce(path, JSON.stringify(await newKeyFile(place.keys, ours), null, 2));
  }
  await chmod(path, 0o600);
  const now = () => clock() / 1_000;
  const file = settled(readKeyFile(path), now());
  const others = ours?.some(({ kid }, index) => file.signingKeys[index]?.kid !== kid);
  if (ours && others)
    replace(path, { ...file, next: { signingKeys: filled(ours, file), from: now(), keepFor } });
  return ringOf(path, now);
}

/** A rotation, as somebody asks for it. */
export interface Rotation {
  /** Private keys to sign with; absent: new ones. */
  readonly given?: readonly JWK[] | undefined;
  /** Seconds until the new keys sign. They are published at once, so that whoever keeps key sets may have read them. */
  readonly lead: number;
  /** Seconds for which tokens live at most. */
  readonly keepFor: number;
  readonly clock: () => number;
}

/**
 * Has a provider sign with other keys, whether it is running or not.
 * @returns IDs of the keys that will sign
 * @throws Error with a sentence where there is nothing to rotate, or a rotation is under way
 */
export async function rotateKeys(
  place: KeyPlace,
  { given, lead, keepFor, clock }: Rotation,
): Promise<string[]> {
  const path = join(place.dataDirectory, place.keyFile);
  if (!statOf(path))
    throw new Error('The embedded provider has no keys yet: it makes them at its first start.');
  const now = clock() / 1_000;
  const file = settled(readKeyFile(path), now);
  if (file.next) {
    const seconds = Math.ceil(file.next.from - now);
    throw new Error(`A rotation is under way: its keys sign in ${seconds} s. Wait for it to be over.`);
  }
  const made = given ? await suitable(given, place.keys) : await Promise.all(place.keys.map(generate));
  if (made.every(({ kid }) => file.signingKeys.some((key) => key.kid === kid))) {
    throw new Error('The keys that were given sign already.');
  }
  const signingKeys = filled(made, file);
  replace(path, { ...file, next: { signingKeys, from: now + lead, keepFor } });
  return signingKeys.map(({ kid }) => kid);
}

/** Keys for the first places of the plan, and the present ones for the rest. */
const filled = (keys: readonly SigningKey[], file: KeyFile) => [
  ...keys,
  ...file.signingKeys.slice(keys.length),
];

/** The file as it would be were it written anew: a rotation that is due is over, what nobody needs is gone. */
function settled(file: KeyFile, now: number): KeyFile {
  const due = file.next && file.next.from <= now ? file.next : undefined;
  if (!due) return { ...file, retired: file.retired.filter(({ until }) => until > now) };
  const kept = due.signingKeys.map(({ kid }) => kid);
  const replaced = file.signingKeys
    .filter(({ kid }) => !kept.includes(kid))
    .map((key) => ({ key, until: due.from + due.keepFor }));
  const retired = [...replaced, ...file.retired].filter(
    ({ key, until }) => until > now && !kept.includes(key.kid),
  );
  return { ...file, signingKeys: due.signingKeys, next: undefined, retired };
}

function ringOf(path: string, now: () => number): KeyRing {
  let seen = '';
  let file = readKeyFile(path);
  let keys: ProviderKeys | undefined;
  return {
    current() {
      const stamp = statOf(path);
      if (stamp !== undefined && stamp !== seen) {
        seen = stamp;
        file = readKeyFile(path);
      }
      const next = keysOf(settled(file, now()));
      const same = (name: 'signingKeys' | 'publishedKeys') =>
        keys?.[name].map(({ kid }) => kid).join() === next[name].map(({ kid }) => kid).join();
      if (!keys || !same('signingKeys') || !same('publishedKeys')) keys = next;
      return keys;
    },
  };
}

function keysOf({ signingKeys, cookieKeys, next, retired }: KeyFile): ProviderKeys {
  const soon = next?.signingKeys.filter(({ kid }) => !signingKeys.some((key) => key.kid === kid)) ?? [];
  const publishedKeys = [...signingKeys, ...soon, ...retired.map(({ key }) => key)];
  return { signingKeys, cookieKeys, publishedKeys };
}

/** @returns what changes when the file does; undefined where there is none */
function statOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

function readKeyFile(path: string): KeyFile {
  const text = readFileSync(path, 'utf8');
  try {
    return keyFile.parse(JSON.parse(text));
  } catch {
    // The cause is withheld on purpose: a parser's message may quote a private key.
    throw new Error(
      `${path} is not a key file. Delete it to have new keys made; everyone must then sign in again.`,
    );
  }
}

/** Whole, or not at all. */
function replace(path: string, file: KeyFile): void {
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, JSON.stringify(file, null, 2), { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

async function newKeyFile(plan: readonly KeyPlan[], given: readonly SigningKey[] = []): Promise<KeyFile> {
  const made = await Promise.all(plan.slice(given.length).map(generate));
  return {
    signingKeys: [...given, ...made],
    cookieKeys: [randomBytes(32).toString('base64url')],
    retired: [],
  };
}

async function generate({ alg, kid }: KeyPlan): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true });
  return described(await exportJWK(privateKey), { alg, kid });
}

const described = async (jwk: JWK, { alg, kid }: KeyPlan): Promise<SigningKey> => ({
  ...jwk,
  kty: String(jwk.kty),
  kid: kid(await calculateJwkThumbprint(jwk)),
  alg,
  use: 'sig',
});

/** @throws Error with a sentence for the first key that cannot take its place */
async function suitable(given: readonly JWK[], plan: readonly KeyPlan[]): Promise<SigningKey[]> {
  const keys = given.map(async (jwk, index) => {
    const place = plan[index];
    if (!place) throw new Error(`There are ${given.length} keys, and places for ${plan.length}.`);
    const which = `Key ${index + 1}`;
    if (jwk.alg !== undefined && jwk.alg !== place.alg) {
      throw new Error(
        `${which} is for ${jwk.alg}, and this personality signs with ${place.alg} there: npm run keygen -- --algorithm ${place.alg}`,
      );
    }
    if (jwk.d === undefined) throw new Error(`${which} is a public key, which signs nothing.`);
    await importJWK(jwk, place.alg).catch(() => {
      throw new Error(`${which} is no private key for ${place.alg}.`);
    });
    return described(jwk, place);
  });
  return Promise.all(keys);
}
