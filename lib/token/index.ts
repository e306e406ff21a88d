import { z } from 'zod';
import { cachedDocument, fetchJson, isTrustworthy, type Loaded, RemoteError } from '../remote';
import { registeredClaims } from './checks-access-token';
import { examine, explain } from './examine';
import { expectationsOf, kindOf, tokenTraits } from './expectations';
import { supportedAlgorithms } from './key-set';
import { emptyKeySet, jwkSetSchema, keySetCache, verdictBy } from './key-set-cache';
import { VerdictCache } from './verdict-cache';
import type { CheckedOptions, KeyMetadata, Verifier, VerifierEvent, VerifierOptions } from './verifier';

export type * from './access-token';
export type * from './check';
export * from './checks-access-token';
export * from './checks-claims';
export * from './checks-signature';
export type * from './claims';
export * from './compact';
export * from './examination';
export { firstFailure } from './examine';
export * from './expectations';
export type * from './expected';
export { includesAlgorithm, supportedAlgorithms, toKeySet } from './key-set';
export type * from './keys';
export type * from './verifier';

/** Accepted where nothing else is said: what providers sign with. */
export const usualAlgorithms: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const seconds = z.number().nonnegative();
const text = z.string().min(1);
const texts = z.union([text, z.array(text)]);
const trustworthy = text.refine(
  (url) => URL.canParse(url) && isTrustworthy(new URL(url)),
  'must be an https URL (http on loopback only)',
);
const func = z.custom<never>((value) => typeof value === 'function', 'must be a function');
const algorithms = z.array(z.enum(supportedAlgorithms)).min(1);

/** Every option by name: one that is misspelt must not be passed over in silence. */
const optionsSchema = z.strictObject({
  issuer: trustworthy,
  audience: texts.or(z.null()).refine((value) => value !== undefined, 'name it, or decline it with null'),
  ...z.object({ resource: texts, clientId: text, provider: z.enum(Object.keys(tokenTraits)) }).partial()
    .shape,
  ...z.object({ algorithms, clockTolerance: seconds, jwksUri: trustworthy, jwksMaxAge: seconds }).partial()
    .shape,
  ...z.object({ accessTokenIssuer: text, accessTokenClaim: text, keys: jwkSetSchema.loose() }).partial()
    .shape,
  ...z
    .object({ fetch: func, clock: func, onEvent: func, metadata: z.looseObject({ get: func, peek: func }) })
    .partial().shape,
  claims: z.custom<never>((value) => value instanceof z.ZodType, 'must be a zod schema').optional(),
});

/**
 * A verifier for the access tokens of one provider, with a key set cache and a memory of verdicts of its own:
 *
 *     const verifier = createVerifier({ issuer: 'https://id.example', audience: 'https://api.example' });
 *     const verdict = await verifier.verify(token);
 *     if (verdict.outcome === 'accepted') console.log(verdict.token.subject, verdict.token.scopes);
 *
 * Make one and keep it. It asks nobody before the first token comes.
 * @throws {TypeError} naming the option that is wrong
 * @source RFC 9068 §4, RFC 8725, RFC 7517 §5
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const given = checked(options);
  const { issuer, fetch, clock, jwksMaxAge: maxAge, onEvent } = given;
  const told =
    (event: VerifierEvent['event']) =>
    ({ message: reason }: Error) =>
      onEvent({ event, reason });
  const load = () => discoverKeys(given);
  const { metadata = cachedDocument({ load, clock, maxAge, onFailure: told('discovery_failed') }) } = given;
  const keySet = keySetCache({
    ...{ fetch, clock, maxAge, preloaded: given.keys?.keys },
    jwksUri: async () => given.jwksUri ?? (await metadata.get({ ownPauses: true })).jwks_uri,
    ...{ onFailure: told('key_set_fetch_failed'), onEmptied: told('key_set_empty') },
  });
  const remembered = new VerdictCache({ examine, clock });
  let isClosed = false;

  let listed: string | undefined;
  let known = expectationsOf(given);
  /** Asked for after the keys, which come after the metadata. The same object for as long as that says the same. */
  function expectations() {
    const { access_token_issuer: accessTokenIssuer } = metadata.peek() ?? {};
    if (given.accessTokenIssuer !== undefined || accessTokenIssuer === listed) return known;
    listed = accessTokenIssuer;
    known = expectationsOf({ ...given, accessTokenIssuer });
    return known;
  }

  const input = (token: string, keys = emptyKeySet) => {
    if (isClosed) throw new TypeError(`The verifier of ${issuer} is used after close()`);
    return { token: String(token), keys, expectations: expectations(), now: clock() / 1_000 };
  };

  return {
    verify: async (token) => verdictBy(keySet, (keys) => remembered.examine(input(token, keys))),
    async explain(token) {
      const keys = await keySet.current().catch((error: Error) => error);
      if (!(keys instanceof Error)) return explain(input(token, keys));
      // That no keys can be had is our own trouble, and no fault of the token.
      const line = { result: 'blocked', found: `no keys: ${keys.message}` } as const;
      return explain(input(token)).map((check) => (check.name === 'key' ? { ...check, ...line } : check));
    },
    verdictBy: (examineOther) => verdictBy(keySet, (keys) => examineOther(input('', keys))),
    peek: () => ({ keys: keySet.peek(), expectations: expectations() }),
    ready: async () => void (await keySet.current()),
    state: () => ({ ...keySet.state(), remembered: remembered.held() }),
    close() {
      isClosed = true;
      remembered.clear();
    },
  };
}

/** With the defaults. @throws {TypeError} naming every option that is wrong */
function checked(options: VerifierOptions): CheckedOptions {
  const { error } = optionsSchema.safeParse(options);
  const wrong = error?.issues.map(({ path, message }) => [...path, message].join(': '));
  if (wrong) throw new TypeError(`createVerifier: ${wrong.join('; ')}`);
  const { issuer, audience, resource = [], provider: kind = kindOf(issuer) } = options;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const complete: CheckedOptions = {
    ...{ algorithms: usualAlgorithms, clockTolerance: 30, jwksMaxAge: 600, clientId: undefined },
    ...{ claims: z.looseObject(registeredClaims), clock: Date.now, onEvent: () => undefined },
    fetch: (url, init) => fetch(url, init),
    ...Object.fromEntries(given),
    ...{
      issuer,
      kind,
      resources: [resource].flat(),
      audiences: audience === null ? null : [audience].flat(),
    },
  };
  if (expectationsOf({ ...complete, resources: [] }).audiences?.length !== 0) return complete;
  throw new TypeError(
    'createVerifier: audience: is empty, and without a clientId no token can be meant for it',
  );
}

/** The well-known address of an issuer's metadata: appended to its path (OpenID Connect Discovery §4). */
export const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

const metadataSchema = z.object({
  ...{ issuer: z.string(), jwks_uri: trustworthy },
  access_token_issuer: text.optional().catch(undefined),
});

/** @throws {RemoteError} where the metadata cannot be had or names another issuer (RFC 8414 §3.3) */
async function discoverKeys({ fetch, issuer }: CheckedOptions): Promise<Loaded<KeyMetadata>> {
  const url = discoveryUrl(issuer);
  const { json, maxAge } = await fetchJson(fetch, url);
  const { data, error } = metadataSchema.safeParse(json);
  if (!data)
    throw new RemoteError('malformed', `${url}: ${error.issues[0]?.path} is wrong`, 'check the issuer');
  const mismatch = `the provider of ${issuer} calls itself ${data.issuer}`;
  if (data.issuer !== issuer)
    throw new RemoteError('issuer_mismatch', mismatch, 'use that name', data.issuer);
  return { value: data, maxAge };
}
