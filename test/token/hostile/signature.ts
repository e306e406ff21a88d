import { createHash, privateEncrypt, sign } from 'node:crypto';
import {
  acceptedAlgorithms,
  accessClaims,
  accessToken,
  encodePart,
  forge,
  headerOf,
  partsOf,
  type Signer,
  signBytes,
  signerOf,
  type TokenContext,
} from '../tokens';
import { forEach, type HostileToken, refusedBy } from './hostile-token';

/** The usual header and claims of a signer with a signature made of the signing input. */
function signedWith(
  context: TokenContext,
  signer: Signer,
  signatureOver: (input: string) => Uint8Array,
): string {
  const input = `${encodePart(headerOf(signer))}.${encodePart(accessClaims(context))}`;
  return `${input}.${Buffer.from(signatureOver(input)).toString('base64url')}`;
}

/** The valid token of a signer with its signature bytes changed. */
function respoilt(context: TokenContext, signer: Signer, spoil: (signature: Buffer) => Uint8Array): string {
  return signedWith(context, signer, (input) => spoil(signBytes(input, signer.privateKey, signer.algorithm)));
}

/** A signature of a valid token under another header or other claims. */
function transplanted(
  context: TokenContext,
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
) {
  const [, , signature] = partsOf(accessToken(context));
  const changedHeader = encodePart(headerOf(context.rsa, header));
  return `${changedHeader}.${encodePart(accessClaims(context, claims))}.${signature}`;
}

const attackerKeyMembers = (context: TokenContext): Record<string, Record<string, unknown>> => ({
  jwk: { jwk: context.attacker.publicJwk },
  jku: { jku: 'https://attacker.example/jwks' },
  x5u: { x5u: 'https://attacker.example/certificate.pem' },
  x5c: { x5c: ['MIIBAttackerCertificate'] },
  x5t: { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
});

const flip = (signature: Buffer, index: number) => {
  const copy = Buffer.from(signature);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
};

const spoilings: Record<string, (signature: Buffer) => Uint8Array> = {
  'with its first bit changed': (signature) => flip(signature, 0),
  'with a bit in its middle changed': (signature) => flip(signature, signature.length >> 1),
  'with its last bit changed': (signature) => flip(signature, signature.length - 1),
  'without its last byte': (signature) => signature.subarray(0, -1),
  'without its first byte': (signature) => signature.subarray(1),
  'with a byte more': (signature) => Buffer.concat([signature, Buffer.alloc(1)]),
  'with a byte before': (signature) => Buffer.concat([Buffer.alloc(1), signature]),
  twice: (signature) => Buffer.concat([signature, signature]),
  'of zeros': (signature) => Buffer.alloc(signature.length),
  'of ones': (signature) => Buffer.alloc(signature.length, 0xff),
  backwards: (signature) => Buffer.from(signature).reverse(),
  'of one byte': () => Buffer.alloc(1, 1),
};

const spoilt = Object.fromEntries(
  acceptedAlgorithms.flatMap((algorithm) =>
    Object.entries(spoilings).map(([name, spoil]) => [
      `the ${algorithm} signature ${name}`,
      (context: TokenContext) => respoilt(context, signerOf(context, algorithm), spoil),
    ]),
  ),
);

/** PKCS #1 v1.5 padding around a digest, without saying which digest it is. */
const digestAlone = (input: string, { privateKey }: Signer) =>
  privateEncrypt(privateKey, createHash('sha256').update(input).digest());

export const signatureCorpus: readonly HostileToken[] = refusedBy('signature', {
  ...spoilt,
  ...forEach(
    ['jwk', 'jku', 'x5u', 'x5c', 'x5t'],
    (member) => `an attacker's signature under a known kid, with ${member} in the header`,
    (context, member) =>
      accessToken(
        context,
        {},
        { signer: context.attacker, header: attackerKeyMembers(context)[member] ?? {} },
      ),
  ),
  "an attacker's signature under a known kid": (context) =>
    accessToken(context, {}, { signer: context.attacker }),
  "an attacker's signature without a kid": (context) =>
    accessToken(context, {}, { signer: context.attacker, header: { kid: undefined } }),
  ...forEach(
    [
      { sub: 'somebody-else' },
      { scope: 'example:note:read example:note:create example:note:delete' },
      { exp: 9_999_999_999 },
      { aud: ['https://api.example', 'https://other.example'] },
      { extra: true },
      { client_id: undefined },
    ],
    (claims) =>
      `the signature of other claims under ${JSON.stringify(claims)}${'client_id' in claims ? ' (left out)' : ''}`,
    (context, claims) => transplanted(context, {}, claims),
  ),
  ...forEach(
    [
      { typ: 'JWT' },
      { typ: undefined },
      { kid: undefined },
      { cty: 'JWT' },
      { jku: 'https://attacker.example' },
    ],
    (header) => `the signature of another header under ${JSON.stringify(header)} (${Object.keys(header)[0]})`,
    (context, header) => transplanted(context, header, {}),
  ),
  'the same claims in another order': (context) => {
    const [header, , signature] = partsOf(accessToken(context));
    const reordered = Object.fromEntries(Object.entries(accessClaims(context)).reverse());
    return `${header}.${encodePart(reordered)}.${signature}`;
  },
  'the same claims with a space between': (context) => {
    const [header, , signature] = partsOf(accessToken(context));
    return `${header}.${encodePart(JSON.stringify(accessClaims(context), null, 1))}.${signature}`;
  },
  'header and payload exchanged': (context) => {
    const input = `${encodePart(accessClaims(context))}.${encodePart(headerOf(context.rsa))}`;
    const signature = signBytes(input, context.rsa.privateKey, 'RS256').toString('base64url');
    const [payload, header] = input.split('.');
    return `${header}.${payload}.${signature}`;
  },
  'a signature over the payload alone': (context) =>
    signedWith(context, context.rsa, (input) =>
      signBytes(input.split('.')[1] ?? '', context.rsa.privateKey, 'RS256'),
    ),
  'a signature over the decoded bytes': (context) =>
    signedWith(context, context.rsa, () =>
      signBytes(
        `${JSON.stringify(headerOf(context.rsa))}.${JSON.stringify(accessClaims(context))}`,
        context.rsa.privateKey,
        'RS256',
      ),
    ),
  ...forEach(
    ['sha1', 'sha384', 'sha512'],
    (hash) => `an RS256 signature over a digest of ${hash}`,
    (context, hash) =>
      signedWith(context, context.rsa, (input) => sign(hash, Buffer.from(input), context.rsa.privateKey)),
  ),
  'an RS256 signature over a bare digest': (context) =>
    signedWith(context, context.rsa, (input) => digestAlone(input, context.rsa)),
  'a PSS signature under the name of RS256': (context) =>
    signedWith(context, context.rsa, (input) => signBytes(input, context.rsa.privateKey, 'PS256')),
  'a PKCS #1 signature under the name of PS256': (context) =>
    signedWith(context, context.pss, (input) => signBytes(input, context.pss.privateKey, 'RS256')),
  'an ES256 signature in DER': (context) =>
    signedWith(context, context.ec, (input) => sign('sha256', Buffer.from(input), context.ec.privateKey)),
  'an ES256 signature over a digest of sha384': (context) =>
    signedWith(context, context.ec, (input) =>
      sign('sha384', Buffer.from(input), { key: context.ec.privateKey, dsaEncoding: 'ieee-p1363' }),
    ),
  'an ES256 signature with r and s exchanged': (context) =>
    respoilt(context, context.ec, (signature) =>
      Buffer.concat([signature.subarray(32), signature.subarray(0, 32)]),
    ),
  'an ES256 signature with r of zero': (context) =>
    respoilt(context, context.ec, (signature) => Buffer.concat([Buffer.alloc(32), signature.subarray(32)])),
  'an EdDSA signature with s of zero': (context) =>
    respoilt(context, context.ed, (signature) =>
      Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32)]),
    ),
  'an HMAC under the name of RS256': (context) =>
    signedWith(context, context.rsa, (input) => createHash('sha256').update(input).digest()),
  'a forged token with a payload that is not JSON': (context) =>
    forge(headerOf(context.rsa), 'not JSON', context.attacker),
});
