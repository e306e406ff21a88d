import { createHash } from 'node:crypto';
import { CompactSign, importJWK, jwtVerify } from 'jose';
import type { ProviderKeys } from './keys';
import type { Signer } from './personalities/token-facts';

/** Signs by the keys of the key file, in its order. */
export function signerWith({ signingKeys, cookieKeys }: ProviderKeys): Signer {
  const key = (number: number) => {
    const jwk = signingKeys[number];
    if (!jwk) throw new Error(`the key file has no key ${number}`);
    return jwk;
  };
  return {
    kid: (number) => key(number).kid,
    // One secret more from one that is kept anyway; the label keeps the two apart.
    secret: createHash('sha256').update(`access tokens ${cookieKeys[0]}`).digest(),
    async sign(number, header, claims) {
      const { alg, kid } = key(number);
      const text = new TextEncoder().encode(JSON.stringify(claims));
      return new CompactSign(text)
        .setProtectedHeader({ ...header, alg, kid })
        .sign(await importJWK(key(number), alg));
    },
    async read(number, token, issuer) {
      const { alg, kty, n, e } = key(number);
      const published = await importJWK({ kty, n: String(n), e: String(e) }, alg);
      const { payload } = await jwtVerify(token, published, { issuer });
      return payload;
    },
  };
}
