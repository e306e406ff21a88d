import { z } from 'zod';
import { cachedDocument, fetchJson, isTrustworthy, type Loaded, RemoteError } from '../remote';
import { registeredClaims } from './checks-access-token';
import { inWords } from './examination';
import { examine, explain } from './examine';
import { expectationsOf, kindOf, kinds } from './expectations';
import { supportedAlgorithms } from './key-set';
import { emptyKeySet, jwkSetSchema, keySetCache, verdictBy } from './key-set-cache';
import { VerdictCache } from './verdict-cache';
import type { CheckedOptions, KeyMetadata, Verifier, VerifierEvent, VerifierOptions } from './verifier';

export * from './checks-access-token';
export * from './checks-claims';
export * from './checks-signature';
export * from './compact';
export * from './examination';
export { firstFailure } from './examine';
export * from './expectations';
export { includesAlgorithm, supportedAlgorithms, toKeySet } from './key-set';
export type * from './verifier';

/** Accepted where nothing else is said: what providers sign with. */
export const usualAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

type Given = Required<VerifierOptions>;
type Metadata = Given['metadata'];

const seconds = z.number().nonnegative();
const text = z.string().min(1);
const trustworthy = text.refine(
  (url) => URL.canParse(url) && isTrustworthy(new URL(url)),
  'must be an https URL (http on loopback only)',
);
const algorithms = z.array(z.enum(supportedAlgorithms)).min(1);
const model = z.custom<Given['claims']>((value) => value instanceof z.ZodType, 'must be a zod schema');
const func = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function');

/** Every option by name, with its default: one that is misspelt must not be passed over in silence. */
const optionsSchema = z.strictObject({
  issuer: trustworthy,
  audience: z.union([text, z.array(text), z.null()], 'name it, or decline it with null'),
  resource: z.union([text, z.array(text)]).default([]),
  clientId: text.optional(),
  provider: z.enum(kinds).optional(),
  algorithms: algorithms.default([...usualAlgorithms]),
  clockTolerance: seconds.default(30),
  jwksUri: trustworthy.optional(),
  jwksMaxAge: seconds.default(600),
  keys: jwkSetSchema.loose().optional(),
  accessTokenIssuer: text.optional(),
  accessTokenClaim: text.optional(),
  claims: model.default(() => z.looseObject(registeredClaims)),
  fetch: func<Given['fetch']>().default(() => (url: string, init: RequestInit) => fetch(url, init)),
  clock: func<Given['clock']>().default(() => Date.now),
  metadata: z.looseObject({ get: func<Metadata['get']>(), peek: func<Metadata['peek']>() }).optional(),
  onEvent: func<Given['onEvent']>().default(() => () => undefined),
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
  const told = (event: VerifierEvent['event']) => (error: Error) => onEvent({ event, reason: error.message });
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

/** Checked and complete. @throws {TypeError} naming every option that is wrong */
function checked(options: VerifierOptions): CheckedOptions {
  const { data, error } = optionsSchema.safeParse(options);
  if (error) throw new TypeError(`createVerifier: ${inWords(error, 'options')}`);
  const { audience, resource, provider: kind = kindOf(data.issuer), ...others } = data;
  const audiences = audience === null ? null : [audience].flat();
  const complete = { ...others, kind, audiences };
  if (expectationsOf(complete).audiences?.length === 0)
    throw new TypeError(
      'createVerifier: audience: is empty, and without a clientId no token can be meant for it',
    );
  return { ...complete, resources: [resource].flat() };
}

/** The well-known address of an issuer's metadata: appended to its path (OpenID Connect Discovery §4). */
export const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: trustworthy,
  access_token_issuer: text.optional().catch(undefined),
});

/** @throws {RemoteError} where the metadata cannot be had or names another issuer (RFC 8414 §3.3) */
async function discoverKeys({ fetch, issuer }: CheckedOptions): Promise<Loaded<KeyMetadata>> {
  const url = discoveryUrl(issuer);
  const { json, maxAge } = await fetchJson(fetch, url);
  const { data, error } = metadataSchema.safeParse(json);
  if (error) throw new RemoteError('malformed', `${url}: ${inWords(error, 'it')}`, 'check the issuer');
  const { issuer: found } = data;
  if (found === issuer) return { value: data, maxAge };
  const message = `the provider of ${issuer} calls itself ${found}`;
  throw new RemoteError('issuer_mismatch', message, 'use that name', found);
}
