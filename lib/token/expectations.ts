import type { z } from 'zod';
import type { Claims } from './claims';

/** What a token must say to be meant for this API. */
export interface Expectations {
  /** Accepted issuers, compared exactly. */
  readonly issuers: readonly string[];
  /** Accepted audiences; a token needs one of them. */
  readonly audiences: readonly string[];
  /** This app's client id: an ID token is addressed to it. */
  readonly clientId: string;
  readonly algorithms: readonly string[];
  /** Leeway for times, in seconds. */
  readonly clockTolerance: number;
  /** The project's own model of the claims; `projectClaims` as it stands in `claims.ts`. */
  readonly claims: z.ZodType<Claims>;
}
