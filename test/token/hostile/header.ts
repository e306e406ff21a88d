import { createPublicKey } from 'node:crypto';
import {
  accessClaims,
  accessToken,
  encodePart,
  forge,
  headerOf,
  hmac,
  type Part,
  signBytes,
  type TokenContext,
} from '../tokens';
import { forEach, type HostileToken, refusedBy } from './hostile-token';
import { oddJson } from './odd-json';

/** A token with this header, signed by the provider over exactly these bytes. */
const withHeader = (context: TokenContext, header: Part) => forge(header, accessClaims(context), context.rsa);

/** The same with some members of the usual header changed. */
const changed = (context: TokenContext, changes: Record<string, unknown>) =>
  accessToken(context, {}, { header: changes });

const json = (context: TokenContext) => JSON.stringify(headerOf(context.rsa));

const valueName = (value: unknown) => JSON.stringify(value);

const header = refusedBy('header', {
  ...forEach(
    Object.entries(oddJson),
    ([name]) => `a header ${name}`,
    (context, [, spoil]) => withHeader(context, spoil(json(context))),
  ),
  ...forEach(
    ['alg', 'kid', 'typ'],
    (name) => `a header with ${name} twice`,
    (context, name) => withHeader(context, json(context).replace('{', `{"${name}":"x",`)),
  ),
  'a header with alg twice, once escaped': (context) =>
    withHeader(context, json(context).replace('{', '{"\\u0061lg":"none",')),
});

const types = [
  ...['logout+jwt', 'dpop+jwt', 'JWE', 'JWS', 'JOSE', 'secevent+jwt', 'id_token+jwt', 'rt+jwt', 'kb+jwt'],
  ...['oauth-authz-req+jwt', 'token-introspection+jwt', 'client-authentication+jwt', 'vc+sd-jwt', 'ID'],
  ...['application/logout+jwt', 'at+jwt ', 'xat+jwt', 'text/at+jwt', 'at+jwt;x=y', '', ' '],
  ...[1, 0, false, true, null, ['JWT'], [], {}, { typ: 'JWT' }],
];

const type = refusedBy(
  'type',
  forEach(
    types,
    (value) => `typ ${valueName(value)}`,
    (context, value) => changed(context, { typ: value }),
  ),
);

const extensions = [
  { crit: ['exp'] },
  { crit: ['exp'], exp: 1 },
  { crit: [] },
  { crit: null },
  { crit: 'exp' },
  { crit: {} },
  { crit: false },
  { crit: ['http://example.com/UNDEFINED'], 'http://example.com/UNDEFINED': true },
  { crit: ['b64'], b64: true },
  { crit: ['b64'], b64: false },
  { b64: false },
  { b64: true },
  { b64: null },
];

const critical = refusedBy(
  'critical',
  forEach(
    extensions,
    (value) => `header with ${valueName(value)}`,
    (context, value) => changed(context, value),
  ),
);

/** An HMAC over the token with what everybody knows: the classic confusion of key kinds (RFC 8725 §2.1). */
function hmacSigned(context: TokenContext, algorithm: string, secret: string | Buffer): string {
  const input = `${encodePart(headerOf(context.rsa, { alg: algorithm }))}.${encodePart(accessClaims(context))}`;
  return `${input}.${hmac(input, secret, algorithm).toString('base64url')}`;
}

const publicKey = ({ rsa }: TokenContext) => createPublicKey(rsa.privateKey);

const publicSecrets: Record<string, (context: TokenContext) => string | Buffer> = {
  'the public key in PEM': (context) => publicKey(context).export({ format: 'pem', type: 'spki' }),
  'the public key in PEM without its line end': (context) =>
    publicKey(context).export({ format: 'pem', type: 'spki' }).toString().trim(),
  'the public key in PKCS #1 PEM': (context) => publicKey(context).export({ format: 'pem', type: 'pkcs1' }),
  'the public key in DER': (context) => publicKey(context).export({ format: 'der', type: 'spki' }),
  'the public JWK': (context) => JSON.stringify(context.rsa.publicJwk),
  'the modulus': (context) => Buffer.from(context.rsa.publicJwk.n ?? '', 'base64url'),
  'an empty secret': () => '',
};

const refusedAlgorithms = [
  ...['none', 'None', 'NONE', 'nOnE', 'rs256', 'Rs256', 'RS256 ', ' RS256', 'RS256\0', 'RS256,none', ''],
  ...['HS256', 'HS384', 'HS512', 'RS1', 'ES256K', 'RSA1_5', 'RSA-OAEP', 'dir', 'A128KW', 'EdDSA ', 'Ed448'],
  ...['__proto__', 'constructor', 'toString'],
  ...[null, 0, 256, true, ['RS256'], [], {}, { RS256: true }],
];

const algorithm = refusedBy('algorithm', {
  ...forEach(
    refusedAlgorithms,
    (value) => `alg ${valueName(value)}`,
    (context, value) => changed(context, { alg: value }),
  ),
  ...forEach(
    Object.entries(publicSecrets),
    ([name]) => `HS256 with ${name} as the secret`,
    (context, [, secret]) => hmacSigned(context, 'HS256', secret(context)),
  ),
  'no alg at all': (context) => changed(context, { alg: undefined }),
  'alg none with nothing signed': (context) =>
    `${encodePart({ alg: 'none' })}.${encodePart(accessClaims(context))}.AAAA`,
  ...forEach(
    ['RS384', 'RS512', 'PS384', 'PS512'],
    (value) => `a valid ${value} signature, which is not on the allow-list`,
    (context, value) =>
      forge(headerOf(context.rsa, { alg: value }), accessClaims(context), {
        privateKey: context.rsa.privateKey,
        algorithm: value,
      }),
  ),
  'a valid Ed25519 signature under the name of another curve': (context) =>
    accessToken(context, {}, { signer: context.ed, header: { alg: 'Ed448' } }),
});

const strangeKids = [
  ...[
    'unknown',
    '',
    'RSA-1',
    'rsa-1 ',
    ' rsa-1',
    'rsa-1\0',
    'rsa',
    'rsa-11',
    '*',
    '../../../dev/null',
    "' or 1=1--",
  ],
  ...['__proto__', 'constructor', 'toString', 'https://evil.example/jwks', 'x'.repeat(4_000)],
  ...[0, 1, true, false, null, ['rsa-1'], [], {}, { kid: 'rsa-1' }],
];

const key = refusedBy('key', {
  ...forEach(
    strangeKids,
    (value) => `kid ${valueName(value).slice(0, 40)}`,
    (context, value) => changed(context, { kid: value }),
  ),
  'the kid of a key of another type': (context) =>
    accessToken(context, {}, { signer: context.rsa, header: { kid: context.ec.kid } }),
  'RS256 with a key that is published for PS256': (context) =>
    forge(headerOf(context.pss, { alg: 'RS256' }), accessClaims(context), {
      privateKey: context.pss.privateKey,
      algorithm: 'RS256',
    }),
  'PS256 with a key that is published for RS256': (context) =>
    forge(headerOf(context.rsa, { alg: 'PS256' }), accessClaims(context), {
      privateKey: context.rsa.privateKey,
      algorithm: 'PS256',
    }),
  'a valid signature of a key that is published for encryption': (context) =>
    accessToken(context, {}, { signer: context.encryption }),
  'a valid signature of a published RSA key of 1024 bits': (context) =>
    accessToken(context, {}, { signer: context.weak }),
  'an attacker with a kid of their own and their key in the header': (context) =>
    accessToken(
      context,
      {},
      { signer: context.attacker, header: { kid: 'mine', jwk: context.attacker.publicJwk } },
    ),
  'a signature that is not even looked at': (context) => {
    const input = `${encodePart(headerOf(context.rsa, { kid: 'unknown' }))}.${encodePart('not JSON')}`;
    return `${input}.${signBytes(input, context.attacker.privateKey, 'RS256').toString('base64url')}`;
  },
});

/** A header that is unusable, of another kind, or names no key that may be used. */
export const headerCorpus: readonly HostileToken[] = [...header, ...type, ...critical, ...algorithm, ...key];
