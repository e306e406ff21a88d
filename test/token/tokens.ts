import { constants, createHmac, generateKeyPairSync, KeyObject, sign as signWith } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Refusal } from '../../lib/token/check';
import { projectClaims } from '../../lib/token/claims';
import type { Expectations } from '../../lib/token/expected';

/** A key pair that a test made, and how it signs. Nothing here goes through the code under test. */
export interface Signer {
  readonly kid: string;
  readonly algorithm: string;
  /** As its provider would publish it, with `kid`, `alg` and `use`. */
  readonly publicJwk: JWK;
  /** The private members too; for a provider that publishes them by accident. */
  readonly privateJwk: JWK;
  readonly privateKey: KeyObject;
}

/** Makes a key pair; RSA ones take a while, so make them once per file. */
export async function newSigner(algorithm: string, kid: string): Promise<Signer> {
  const options = { extractable: true, modulusLength: 2048 };
  const { publicKey, privateKey } = await generateKeyPair(algorithm, options);
  const names = { kid, alg: algorithm, use: 'sig' };
  return {
    kid,
    algorithm,
    publicJwk: { ...(await exportJWK(publicKey)), ...names },
    privateJwk: { ...(await exportJWK(privateKey)), ...names },
    privateKey: KeyObject.from(privateKey as Parameters<typeof KeyObject.from>[0]),
  };
}

/** An RSA key of 1024 bits: too small, yet some providers published such keys. */
export function newWeakSigner(kid: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const names = { kid, alg: 'RS256', use: 'sig' };
  return {
    kid,
    algorithm: 'RS256',
    publicJwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), ...names },
    privateJwk: { ...(privateKey.export({ format: 'jwk' }) as JWK), ...names },
    privateKey,
  };
}

/** Signs by hand with Node's crypto (RFC 7518 §3, RFC 8037 §3.1). */
export function signBytes(input: string, privateKey: KeyObject, algorithm: string): Buffer {
  const data = Buffer.from(input);
  const hash = `sha${algorithm.slice(-3)}`;
  if (algorithm.startsWith('Ed')) return signWith(null, data, privateKey);
  if (algorithm.startsWith('ES')) return signWith(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  if (algorithm.startsWith('PS')) {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return signWith(hash, data, { key: privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
  }
  return signWith(hash, data, privateKey);
}

export const hmac = (input: string, secret: string | Buffer, algorithm: string): Buffer =>
  createHmac(`sha${algorithm.slice(-3)}`, secret)
    .update(input)
    .digest();

/** One part of a token: an object becomes JSON, a string is taken as the raw JSON text, bytes stay bytes. */
export type Part = string | Uint8Array | Readonly<Record<string, unknown>>;

export function encodePart(part: Part): string {
  const bytes = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

/** A compact JWS of exactly these parts, signed whatever they say. */
export function forge(
  header: Part,
  payload: Part,
  { privateKey, algorithm }: Pick<Signer, 'privateKey' | 'algorithm'>,
): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`;
  return `${input}.${signBytes(input, privateKey, algorithm).toString('base64url')}`;
}

/** Everything a hostile token may need: what the API expects, the provider's keys and the attacker's. */
export interface TokenContext {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly clockTolerance: number;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly rsa: Signer;
  readonly pss: Signer;
  readonly ec: Signer;
  readonly ed: Signer;
  /** Not published: has the `kid` and the algorithm of {@link rsa}, but other material. */
  readonly attacker: Signer;
  /** Published for encryption only. */
  readonly encryption: Signer;
  /** Published, but of 1024 bits. */
  readonly weak: Signer;
  /** What the provider publishes. */
  readonly published: readonly JWK[];
}

export async function newTokenContext(
  changes: Partial<Pick<TokenContext, 'issuer' | 'audience' | 'clientId' | 'clockTolerance' | 'now'>> = {},
): Promise<TokenContext> {
  const [rsa, pss, ec, ed, attacker, encryption] = await Promise.all([
    newSigner('RS256', 'rsa-1'),
    newSigner('PS256', 'pss-1'),
    newSigner('ES256', 'ec-1'),
    newSigner('EdDSA', 'ed-1'),
    newSigner('RS256', 'rsa-1'),
    newSigner('RS256', 'encryption-1'),
  ]);
  const weak = newWeakSigner('weak-1');
  const forEncryption: JWK = { ...encryption.publicJwk, use: 'enc' };
  const signers = [rsa, pss, ec, ed, weak];
  return {
    issuer: 'https://issuer.example/tenant',
    audience: 'https://api.example',
    clientId: 'client-1',
    clockTolerance: 30,
    now: 1_800_000_000,
    ...changes,
    ...{ rsa, pss, ec, ed, attacker, encryption, weak },
    published: [forEncryption, ...signers.map(({ publicJwk }) => publicJwk)],
  };
}

export function expectationsOf(context: TokenContext): Expectations {
  const { issuer, audience, clientId, clockTolerance } = context;
  return {
    issuer,
    issuers: [issuer],
    audiences: [audience],
    needsAudience: true,
    clients: undefined,
    saysTokenUse: false,
    accessTokenClaims: ['scope', 'scp'],
    accessTokenClaim: undefined,
    subjectClaim: 'sub',
    scopeClaims: ['scope', 'scp'],
    clientId,
    algorithms: acceptedAlgorithms,
    clockTolerance,
    claims: projectClaims,
  };
}

/** A refusal by a check, where a test does not care for more. */
export const refusalBy = (check: string, because = 'it is wrong'): Refusal => ({
  check: check as Refusal['check'],
  because,
  expected: 'something',
  found: 'something else',
});

/** The claims of an access token that is accepted; a change to `undefined` leaves a claim out. */
export function accessClaims(context: TokenContext, changes: Record<string, unknown> = {}) {
  const { issuer, audience, clientId, now } = context;
  return {
    iss: issuer,
    sub: 'user-1',
    aud: audience,
    exp: now + 300,
    iat: now - 10,
    client_id: clientId,
    scope: 'example:note:read example:note:create',
    ...changes,
  };
}

/** The header of an access token; a change to `undefined` leaves a member out. */
export const headerOf = ({ algorithm, kid }: Signer, changes: Record<string, unknown> = {}) => ({
  alg: algorithm,
  typ: 'at+jwt',
  kid,
  ...changes,
});

/** A token that the provider signed over these claims, accepted unless the changes make it wrong. */
export function accessToken(
  context: TokenContext,
  claims: Record<string, unknown> = {},
  { signer = context.rsa, header = {} }: { signer?: Signer; header?: Record<string, unknown> } = {},
): string {
  return forge(headerOf(signer, header), accessClaims(context, claims), signer);
}

/** A logout token that is accepted unless the changes make it wrong; a change to `undefined` leaves a claim out. */
export function logoutToken(
  { issuer, clientId, now, rsa }: TokenContext,
  claims: Record<string, unknown> = {},
  { signer = rsa, header = {} }: { signer?: Signer; header?: Record<string, unknown> } = {},
): string {
  const usual = {
    iss: issuer,
    sub: 'user-1',
    sid: 'sid-1',
    aud: clientId,
    iat: now,
    exp: now + 120,
    jti: 'jti-1',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  };
  return forge(headerOf(signer, { typ: 'logout+jwt', ...header }), { ...usual, ...claims }, signer);
}

/** The algorithms of the allow-list; the provider has one key for each. */
export const acceptedAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** The provider's key for an algorithm of the allow-list. */
export function signerOf(
  { rsa, pss, ec, ed }: TokenContext,
  algorithm: (typeof acceptedAlgorithms)[number],
): Signer {
  return { RS256: rsa, PS256: pss, ES256: ec, EdDSA: ed }[algorithm];
}

/** The three parts of a token, as they are written. */
export function partsOf(token: string): [string, string, string] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return [header, payload, signature];
}
