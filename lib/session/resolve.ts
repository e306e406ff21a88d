import 'server-only';
import { isStoreTrouble, storeRetryAfter } from '../db/trouble';
import type { ProblemWords, UnavailableCode } from '../http/problem';
import { problemWords } from '../provider/keys-trouble';
import { type AccessToken, judge } from '../verifier';
import { endSessionOf, type Resolution, resolveSession } from './index';
import type { EndReason } from './session';

/** What a session cookie turns into. */
export type Translation =
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
type Judged = Exclude<Translation, Refused> | (Refused & { readonly check: string });

/** Turns a session id into its verified access token, renewed first where it is about to expire. */
export async function translate(id: string): Promise<Translation> {
  try {
    return await translateNow(id);
  } catch (error) {
    if (!isStoreTrouble(error)) throw error;
    return { outcome: 'unavailable', code: 'store_unavailable', retryAfter: storeRetryAfter };
  }
}

/**
 * Checks by which a good token becomes a refused one: keys, issuer, audience or the kind of token have changed at the
 * provider, or in the settings. A renewal may bring a token that passes them.
 */
const renewableChecks: readonly string[] = ['algorithm', 'key', 'signature', 'issuer', 'audience', 'kind'];

async function translateNow(id: string): Promise<Translation> {
  const first = await judged(await resolveSession(id));
  if (first.outcome !== 'refused' || !renewableChecks.includes(first.check)) return first;
  // Comes back with the same token where it cannot be renewed, or was renewed for this already.
  return judged(await resolveSession(id, { refusedToken: first.token }));
}

async function judged(resolution: Resolution): Promise<Judged> {
  if (resolution.outcome === 'ended') return resolution;
  if (resolution.outcome === 'unavailable') return { ...resolution, code: 'refresh_unavailable' };
  const { session } = resolution;
  const { accessToken: token, name } = session.tokens;
  const judgement = await judge(token);
  if (judgement.outcome === 'unavailable') {
    const { retryAfter, why } = judgement;
    return { outcome: 'unavailable', code: 'keys_unavailable', retryAfter, words: problemWords(why) };
  }
  if (judgement.outcome === 'refused') return { outcome: 'refused', token, check: judgement.refusal.check };
  const { token: verified } = judgement;
  if (verified.issuer !== session.issuer || verified.subject !== session.subject) {
    await endSessionOf(session, 'a renewed access token names someone else');
    return { outcome: 'ended', reason: 'provider' };
  }
  return { outcome: 'bearer', token, verified, name, handle: session.idHash, endsAt: session.endsAt };
}
