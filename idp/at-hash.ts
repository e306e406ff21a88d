import type Provider from 'oidc-provider';

/** Values of access tokens that have just been signed, by the object they were signed from. */
export type SignedValues = WeakMap<object, string>;

/**
 * Remembers the value of every access token for as long as its request lasts, so that the ID token beside it can carry
 * `at_hash` (OpenID Connect Core §3.1.3.6). Optional there and left out by `oidc-provider`, but the large
 * providers send it and clients that check it should meet it in development.
 *
 * The library has no event with the signed value, hence the wrapped `save`; `sign-in.test.ts` holds it to that.
 */
export function rememberSignedValues(provider: Provider): SignedValues {
  const signedValues: SignedValues = new WeakMap();
  const prototype = provider.AccessToken.prototype;
  const save = prototype.save;
  prototype.save = async function saveAndRemember(this: object, ...ttl: Parameters<typeof save>) {
    const value = await save.apply(this as typeof prototype, ttl);
    signedValues.set(this, value);
    return value;
  };
  return signedValues;
}
