import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { publishOnce } from '@/lib/config/publish-once';
import type { KeyPlan } from './personalities/traits';

const keyFile = z.object({
  signingKeys: z
    .array(z.looseObject({ kid: z.string(), kty: z.string(), alg: z.string(), use: z.string() }))
    .min(1),
  cookieKeys: z.array(z.string().min(32)).min(1),
});

/** Private signing keys as JWKs in the order of their plan, and the keys that sign cookies. */
export type ProviderKeys = z.infer<typeof keyFile>;

/**
 * A personality's keys, made on the first start and kept in its file (mode 0600), so that a restart invalidates
 * neither tokens nor cookies. Two processes that start together end up with the same keys: the file appears whole, under
 * its name, exactly once.
 * @throws Error when the file is there and cannot be understood.
 */
export async function loadOrCreateKeys(
  dataDirectory: string,
  { keyFile: name, keys: plan }: { keyFile: string; keys: readonly KeyPlan[] },
): Promise<ProviderKeys> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const path = join(dataDirectory, name);
  const existing = await readKeys(path);
  if (existing) return existing;
  publishOnce(path, JSON.stringify(await generateKeys(plan), null, 2));
  const published = await readKeys(path);
  if (!published) throw new Error(`${path} disappeared while the identity provider was starting`);
  return published;
}

async function readKeys(path: string): Promise<ProviderKeys | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  await chmod(path, 0o600);
  try {
    return keyFile.parse(JSON.parse(text));
  } catch {
    // The cause is withheld on purpose: a parser's message may quote a private key.
    throw new Error(
      `${path} is not a key file. Delete it to have new keys made; everyone must then sign in again.`,
    );
  }
}

async function generateKeys(plan: readonly KeyPlan[]): Promise<ProviderKeys> {
  return {
    signingKeys: await Promise.all(plan.map(generateSigningKey)),
    cookieKeys: [randomBytes(32).toString('base64url')],
  };
}

async function generateSigningKey({ alg, kid }: KeyPlan) {
  const { privateKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kty: String(jwk.kty), kid: kid(await calculateJwkThumbprint(jwk)), alg, use: 'sig' };
}
