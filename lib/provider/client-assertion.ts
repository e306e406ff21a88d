import { constants, createPrivateKey, randomUUID, type SigningOptions, sign } from 'node:crypto';
import type { ClientKey, ProviderSettings } from '../config';

import type { ProviderMetadata } from './discovery';
import { presets } from './presets';
import { kindIn } from './profile';

/** Seconds for which an assertion counts: long enough to arrive, and of little use to whoever finds one. */
const lifetime = 60;

type Settings = { readonly clientKey: ClientKey } & Partial<Pick<ProviderSettings, 'issuer' | 'preset'>>;

type Metadata = Partial<
  Pick<ProviderMetadata, 'token_endpoint' | 'token_endpoint_auth_signing_alg_values_supported'>
>;

/** What this provider wants an assertion to name, and to be signed with: by its table, and by what it lists. */
export function assertionForm(
  { clientKey, issuer = '', preset }: Settings,
  { token_endpoint: endpoint = issuer, token_endpoint_auth_signing_alg_values_supported: listed }: Metadata,
): { audience: string; algorithm: string } {
  const { audience, rsa } = presets[kindIn({ preset, issuer })].clientAssertion;
  const usual = clientKey.algorithms.includes(rsa) ? [rsa] : [];
  const inOrder = [...usual, ...clientKey.algorithms];
  const algorithm = inOrder.find((name) => listed?.includes(name)) ?? inOrder[0] ?? '';
  return { audience: audience === 'issuer' ? issuer : endpoint, algorithm };
}

export interface ClientAssertionOptions {
  readonly clientId: string;
  readonly key: ClientKey;
  readonly audience: string;
  /** One of the key's. */
  readonly algorithm: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * A JWT that proves who the client is, for one request: providers refuse a `jti` that they have seen.
 * @source RFC 7523 §3, OpenID Connect Core §9
 */
export function clientAssertion({ clientId, key, audience, algorithm, now }: ClientAssertionOptions): string {
  const issuedAt = Math.floor(now / 1000);
  const header = { alg: algorithm, typ: 'JWT', kid: key.kid, 'x5t#S256': key.certificate };
  const claims = {
    ...{ iss: clientId, sub: clientId, aud: audience, jti: randomUUID() },
    ...{ iat: issuedAt, nbf: issuedAt, exp: issuedAt + lifetime },
  };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${signature(signed, key.pem, algorithm)}`;
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function signature(text: string, pem: string, algorithm: string): string {
  const hash = /^(RS|PS|ES)(256|384|512)$/.exec(algorithm);
  const key = { key: createPrivateKey(pem), ...paddingOf(algorithm) };
  return sign(hash ? `sha${hash[2]}` : null, Buffer.from(text), key).toString('base64url');
}

/** RFC 7518 §3.4 and §3.5. */
function paddingOf(algorithm: string): SigningOptions {
  if (algorithm.startsWith('ES')) return { dsaEncoding: 'ieee-p1363' };
  if (!algorithm.startsWith('PS')) return {};
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}
