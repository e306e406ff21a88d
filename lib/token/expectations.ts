import type { z } from 'zod';
import type { ProviderSettings } from '../config/config';
import type { ProviderProfile } from '../provider/profile';
import type { Claims } from './claims';

/** What a token must say to be meant for this API. */
export interface Expectations {
  /** Accepted issuers, compared exactly. */
  readonly issuers: readonly string[];
  /** The claim by which a token says what it is for: `aud`, or `client_id` where the provider sets no `aud`. */
  readonly boundBy: 'aud' | 'client_id';
  /** Accepted values of that claim; a token needs one of them. */
  readonly audiences: readonly string[];
  /** Whether tokens of this provider always say what they are in `token_use`. */
  readonly saysTokenUse: boolean;
  /** Claims that the provider's ID tokens never have: one of them tells an access token where the audience cannot. */
  readonly accessTokenClaims: readonly string[];
  /** Claims that carry scopes. */
  readonly scopeClaims: readonly string[];
  /** This app's client id: an ID token is addressed to it. */
  readonly clientId: string;
  readonly algorithms: readonly string[];
  /** Leeway for times, in seconds. */
  readonly clockTolerance: number;
  /** The project's own model of the claims; `projectClaims` as it stands in `claims.ts`. */
  readonly claims: z.ZodType<Claims>;
}

/** What the tokens of a provider must say. @param claims the project's own model of them */
export function expectationsOf(
  { clientId, algorithms, clockTolerance }: ProviderSettings,
  { issuers, audiences, preset }: ProviderProfile,
  claims: Expectations['claims'],
): Expectations {
  const { boundBy, saysTokenUse, accessTokenClaims, scopeClaims } = preset;
  const ofProvider = { issuers, audiences, boundBy, saysTokenUse, accessTokenClaims, scopeClaims };
  return { ...ofProvider, clientId, algorithms, clockTolerance, claims };
}
