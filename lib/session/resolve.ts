import { isStoreError, storeRetryAfter } from '../db/store-error';
import type { ProblemWords, UnavailableCode } from '../http/problem';
import { problemWords, type WordedVerdict } from '../provider/no-keys';
import type { AccessToken } from '../token';
import type { Resolution, ResolveOptions } from './refresh';
import type { EndReason, Session } from './session';

/** What is needed to resolve a session. */
export interface ResolveSessionOptions {
  /** The session behind an id, renewed where it is due. */
  readonly resolve: (id: string, options?: ResolveOptions) => Promise<Resolution>;
  readonly endRefused: (session: Session, because: string) => Promise<void>;
  readonly verify: (token: string) => Promise<WordedVerdict<AccessToken>>;
}

/** What a session cookie turns into. */
export type ResolvedSession =
  | {
      readonly outcome: 'bearer';
      readonly token: string;
      /** What the token says, verified. */
      readonly verified: AccessToken;
      readonly name: string;
      /** Names the session to its owner; opens nothing. */
      readonly handle: string;
      /** When it ends whatever happens, in milliseconds since the epoch. */
      readonly endsAt: number;
    }
  /** The session is there, but its token was refused: settings or keys have changed since sign-in. Renewing did not help. */
  | Refused
  | { readonly outcome: 'ended'; readonly reason: EndReason }
  | {
      readonly outcome: 'unavailable';
      readonly code: UnavailableCode;
      readonly retryAfter: number;
      /** What is known of the cause. */
      readonly words?: ProblemWords;
    };

interface Refused {
  readonly outcome: 'refused';
  readonly token: string;
}

/** The same, with the check that refused it. */
type Judged = Exclude<ResolvedSession, Refused> | (Refused & { readonly check: string });

/** Turns a session id into its verified access token, renewed first where it is about to expire. */
export async function resolveSession(id: string, options: ResolveSessionOptions): Promise<ResolvedSession> {
  try {
    return await resolveNow(id, options);
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return { outcome: 'unavailable', code: 'store_unavailable', retryAfter: storeRetryAfter };
  }
}

/**
 * Checks by which a good token becomes a refused one: keys, issuer, audience or the kind of token have changed at the
 * provider, or in the settings. A renewal may bring a token that passes them.
 */
const renewableChecks: readonly string[] = ['algorithm', 'key', 'signature', 'issuer', 'audience', 'kind'];

async function resolveNow(id: string, options: ResolveSessionOptions): Promise<ResolvedSession> {
  const first = await judged(await options.resolve(id), options);
  if (first.outcome !== 'refused' || !renewableChecks.includes(first.check)) return first;
  // Comes back with the same token where it cannot be renewed, or was renewed for this already.
  return judged(await options.resolve(id, { refusedToken: first.token }), options);
}

async function judged(
  resolution: Resolution,
  { verify, endRefused }: ResolveSessionOptions,
): Promise<Judged> {
  if (resolution.outcome === 'ended') return resolution;
  if (resolution.outcome === 'unavailable') return { ...resolution, code: 'refresh_unavailable' };
  const { session } = resolution;
  const { accessToken: token, name } = session.tokens;
  const verdict = await verify(token);
  if (verdict.outcome === 'unavailable') {
    const { retryAfter, why } = verdict;
    return { outcome: 'unavailable', code: 'keys_unavailable', retryAfter, words: problemWords(why) };
  }
  if (verdict.outcome === 'refused') return { outcome: 'refused', token, check: verdict.refusal.check };
  const { token: verified } = verdict;
  if (verified.issuer !== session.issuer || verified.subject !== session.subject) {
    await endRefused(session, 'a renewed access token names someone else');
    return { outcome: 'ended', reason: 'provider' };
  }
  return { outcome: 'bearer', token, verified, name, handle: session.idHash, endsAt: session.endsAt };
}
