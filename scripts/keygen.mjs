import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOptions } from './arguments.mjs';
import { ensureInstalled } from './install.mjs';

/** Those that the verifier takes. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Why the others are not made here. */
const refusals = {
  none: 'a token without a signature proves nothing',
  ES256K: 'its curve is for blockchains: the verifier does not take it, nor do most libraries',
};

const usage = `npm run -s keygen -- --algorithm ES256 [--out DIR [--force]]

Makes a key pair for signing tokens.
  --algorithm  ${algorithms.slice(0, 6).join(', ')},
               ${algorithms.slice(6).join(', ')}
  --out DIR    writes private.pem (PKCS#8), public.pem (SPKI), private.jwk.json, public.jwk.json and jwks.json there;
               private files for you alone (mode 0600)
  --force      overwrites what is there
Without --out the private JWK goes to standard output, and nothing else does.`;

const { algorithm, out, force } = readOptions(
  { algorithm: { type: 'string' }, out: { type: 'string' }, force: { type: 'boolean', default: false } },
  usage,
);
if (algorithm === undefined) fail('--algorithm is missing.', `one of ${algorithms.join(', ')}`);
if (!algorithms.includes(algorithm))
  fail(`${algorithm} is not made here: ${reasonAgainst(algorithm)}.`, `one of ${algorithms.join(', ')}`);
if (force && out === undefined) fail('--force needs --out.', 'name the folder to write to');

await ensureInstalled({ dev: false });
const { calculateJwkThumbprint, exportJWK, exportPKCS8, exportSPKI, generateKeyPair } = await import('jose');
const { privateKey, publicKey } = await generateKeyPair(algorithm, {
  modulusLength: 2048,
  extractable: true,
});
// RFC 7638: the key ID says nothing but which key it is.
const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
const described = async (key) => ({ ...(await exportJWK(key)), kid, alg: algorithm, use: 'sig' });
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const privateJwk = json(await described(privateKey));
if (out === undefined) {
  process.stdout.write(privateJwk);
} else {
  const publicJwk = await described(publicKey);
  write(out, [
    ['private.pem', `${(await exportPKCS8(privateKey)).trim()}\n`, 0o600],
    ['private.jwk.json', privateJwk, 0o600],
    ['public.pem', `${(await exportSPKI(publicKey)).trim()}\n`, 0o644],
    ['public.jwk.json', json(publicJwk), 0o644],
    ['jwks.json', json({ keys: [publicJwk] }), 0o644],
  ]);
  console.error(`${algorithm} key ${kid} is in ${path.resolve(out)}.`);
}

function reasonAgainst(name) {
  if (/^HS\d+$/i.test(name)) return 'whoever can check a token by its secret could also make one';
  return refusals[name] ?? 'it is no algorithm for signing tokens that the verifier knows';
}

/** All of the files, or none of them. */
function write(folder, files) {
  const there = files.map(([name]) => name).filter((name) => existsSync(path.join(folder, name)));
  if (there.length > 0 && !force) {
    fail(
      `${path.resolve(folder)} has ${there.join(', ')} already.`,
      'name another folder, or overwrite with --force',
      1,
    );
  }
  const drafts = [];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, text, mode] of files) {
      const draft = path.join(folder, `.${name}.${process.pid}`);
      drafts.push(draft);
      writeFileSync(draft, text, { mode, flag: 'wx' });
    }
    for (const [index, [name]] of files.entries()) renameSync(drafts[index], path.join(folder, name));
  } catch (error) {
    for (const draft of drafts) rmSync(draft, { force: true });
    fail(`The key cannot be written: ${error.message}`, 'name a folder that you may write to', 1);
  }
}

function fail(sentence, fix, code = 2) {
  console.error(`${sentence}\n      Fix: ${fix}`);
  process.exit(code);
}
