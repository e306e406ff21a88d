import { createPublicKey, type JsonWebKey, verify as rawVerify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createVerifier } from 'fast-jwt';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { examine } from '../lib/token/examine';
import { toKeySet } from '../lib/token/key-set';
import { VerdictCache } from '../lib/token/verdict-cache';
import { startKeyServer } from '../test/token/key-server';
import { accessToken, expectationsOf, newTokenContext, partsOf } from '../test/token/tokens';
import { mediansInTurns } from './load';

const rounds = 7;
/** Milliseconds that each candidate works in each round. */
const duration = 250;

type Candidate = (token: string) => unknown;

/** Verifications per second, one after another on one core. */
async function rate(candidate: Candidate, tokens: readonly string[]): Promise<number> {
  const begin = performance.now();
  let done = 0;
  while (performance.now() - begin < duration) {
    for (let index = 0; index < 20; index++) {
      const result = candidate(tokens[done++ % tokens.length] ?? '');
      if (result instanceof Promise) await result;
    }
  }
  return (done * 1_000) / (performance.now() - begin);
}

/** Our verifier, cold and cached, beside what people would use instead: same tokens, same run, in turns. */
export async function verifyBench(): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  const server = await startKeyServer();
  const context = await newTokenContext({ now, issuer: server.origin });
  server.keys = context.published;
  const expectations = expectationsOf(context);
  const keys = await toKeySet(context.published);
  const remote = createRemoteJWKSet(new URL(server.jwksUri));
  const { issuer, audience } = context;
  console.log(`\nVerifications per second, one core, median of ${rounds} rounds, Node ${process.version}`);

  for (const signer of [context.rsa, context.ec, context.ed]) {
    const algorithm = signer.algorithm as 'RS256' | 'ES256' | 'EdDSA';
    const filler = 'x'.repeat(400);
    const tokens = Array.from({ length: 500 }, (_, number) =>
      accessToken(context, { jti: `token-${number}`, filler }, { signer }),
    );
    const publicKey = createPublicKey({ key: signer.publicJwk as JsonWebKey, format: 'jwk' });
    const raw = new Map(
      tokens.map((token) => {
        const [header, payload, signature] = partsOf(token);
        return [token, [Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url')]] as const;
      }),
    );
    const aws = JwtVerifier.create({ issuer, audience, jwksUri: server.jwksUri });
    aws.cacheJwks({ keys: [signer.publicJwk] } as Parameters<typeof aws.cacheJwks>[0]);
    const pem = publicKey.export({ format: 'pem', type: 'spki' });
    const fastOptions = { key: pem, algorithms: [algorithm], allowedIss: issuer, allowedAud: audience };
    const fast = createVerifier({ ...fastOptions, cache: false });
    const fastCached = createVerifier({ ...fastOptions, cache: 1_000 });
    const remembered = new VerdictCache({ examine });
    const cached = (input: Parameters<typeof examine>[0]) => remembered.examine(input);
    const keyOptions =
      algorithm === 'ES256' ? { key: publicKey, dsaEncoding: 'ieee-p1363' as const } : publicKey;
    const hash = algorithm === 'EdDSA' ? null : 'sha256';

    const candidates: Record<string, Candidate> = {
      'crypto.verify, raw': (token) => {
        const [data = Buffer.alloc(0), signature = Buffer.alloc(0)] = raw.get(token) ?? [];
        return rawVerify(hash, data, keyOptions, signature);
      },
      'claimcheck, cold': (token) => examine({ token, keys, expectations, now }),
      'claimcheck, cached': (token) => cached({ token, keys, expectations, now }),
      'jose.jwtVerify': (token) => jwtVerify(token, remote, { issuer, audience }),
      ...(algorithm !== 'EdDSA' && { 'aws-jwt-verify': (token: string) => aws.verifySync(token) }),
      'fast-jwt': (token) => fast(token),
      'fast-jwt, its cache': (token) => fastCached(token),
    };
    const measured = Object.entries(candidates).map(
      ([name, one]) => [name, () => rate(one, tokens)] as const,
    );
    const rates = await mediansInTurns(Object.fromEntries(measured), rounds);
    const base = rates.get('crypto.verify, raw') ?? 0;
    console.log(`\n${algorithm}, ${tokens[0]?.length} characters`);
    for (const [name, value] of rates) {
      console.log(`${name.padEnd(22)} ${value.toFixed(0).padStart(8)}  ${(value / base).toFixed(2)} of raw`);
    }
  }
  await server.close();
}
