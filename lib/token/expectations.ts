import type { z } from 'zod';
import type { Config } from '../config/config';
import type { ProviderProfile } from '../provider/profile';
import type { Claims } from './claims';

/** What a token must say to be meant for this API. */
export interface Expectations {
  /** The issuer of ID tokens and logout tokens, compared exactly: the configured one alone (OpenID Connect Core §3.1.3.7). */
  readonly issuer: string;
  /** Accepted issuers of access tokens, compared exactly. */
  readonly issuers: readonly string[];
  /** Accepted values of `aud`; a token needs one of them where it needs, or has, an `aud`. */
  readonly audiences: readonly string[];
  readonly needsAudience: boolean;
  /** Accepted values of `client_id`; undefined: any. */
  readonly clients: readonly string[] | undefined;
  /** Whether tokens of this provider always say what they are in `token_use`. */
  readonly saysTokenUse: boolean;
  /** Claims that the provider's ID tokens never have: one of them tells an access token where the audience cannot. */
  readonly accessTokenClaims: readonly string[];
  /** A claim that no ID token of this provider has, by an explicit setting: it outweighs all signs of an ID token. */
  readonly accessTokenClaim: string | undefined;
  /** The claim that names the owner, else `sub`. */
  readonly subjectClaim: string;
  /** Claims that may carry scopes; the first that is there does. */
  readonly scopeClaims: readonly string[];
  /** This app's client id: an ID token is addressed to it. */
  readonly clientId: string;
  readonly algorithms: readonly string[];
  /** Leeway for times, in seconds. */
  readonly clockTolerance: number;
  /** The project's own model of the claims; `projectClaims` as it stands in `claims.ts`. */
  readonly claims: z.ZodType<Claims>;
}

/**
 * What the tokens of a provider must say.
 * @param claims the project's own model of them
 * @param listedIssuer of access tokens, where the provider's metadata names one of its own (AD FS)
 */
export function expectationsOf(
  { provider, baseUrl }: Pick<Config, 'provider' | 'baseUrl'>,
  { issuers, audiences, needsAudience, clients, preset }: ProviderProfile,
  claims: Expectations['claims'],
  listedIssuer?: string,
): Expectations {
  const { issuer, clientId, algorithms, clockTolerance, accessTokenClaim } = provider;
  const { saysTokenUse, accessTokenClaims, scopeClaims, subjectClaim } = preset;
  const further = provider.accessTokenIssuer ?? listedIssuer;
  return {
    issuer,
    issuers: further === undefined ? issuers : [...new Set([...issuers, further])],
    audiences: [...new Set([...audiences, ...ownResource(baseUrl)])],
    ...{ needsAudience, clients, saysTokenUse, accessTokenClaims, scopeClaims, subjectClaim },
    ...{ accessTokenClaim, clientId, algorithms, clockTolerance, claims },
  };
}

/**
 * This API as its own metadata names it (RFC 9728 §2, `resource`), which clients send on as the resource they want a
 * token for (RFC 8707); those that write an origin as a URL put a slash after it.
 */
const ownResource = (baseUrl: string) => [baseUrl, `${baseUrl}/`];
