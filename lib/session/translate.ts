import 'server-only';
import { isStoreTrouble, storeRetryAfter } from '../db/trouble';
import type { ProblemWords, UnavailableCode } from '../http/problem';
import { problemWords } from '../provider/keys-trouble';
import { type AccessToken, judge } from '../token';
import { endSessionOf, resolveSession } from './index';
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
  /** The session is there, but its token was refused: configuration or keys have changed since sign-in. */
  | { readonly outcome: 'refused'; readonly token: string }
  | { readonly outcome: 'ended'; readonly reason: EndReason }
  | {
      readonly outcome: 'unavailable';
      readonly code: UnavailableCode;
      readonly retryAfter: number;
      /** What is known of the cause. */
      readonly words?: ProblemWords;
    };

/** Turns a session id into its verified access token, renewed first where it is about to expire. */
export async function translate(id: string): Promise<Translation> {
  try {
    return await translateNow(id);
  } catch (error) {
    if (!isStoreTrouble(error)) throw error;
    return { outcome: 'unavailable', code: 'store_unavailable', retryAfter: storeRetryAfter };
  }
}

async function translateNow(id: string): Promise<Translation> {
  const resolution = await resolveSession(id);
  if (resolution.outcome === 'ended') return resolution;
  if (resolution.outcome === 'unavailable') return { ...resolution, code: 'refresh_unavailable' };
  const { session } = resolution;
  const { accessToken: token, name } = session.tokens;
  const judgement = await judge(token);
  if (judgement.outcome === 'unavailable') {
    const { retryAfter, why } = judgement;
    return { outcome: 'unavailable', code: 'keys_unavailable', retryAfter, words: problemWords(why) };
  }
  if (judgement.outcome === 'refused') return { outcome: 'refused', token };
  const { value: verified } = judgement;
  if (verified.issuer !== session.issuer || verified.subject !== session.subject) {
    await endSessionOf(session, 'a renewed access token names someone else');
    return { outcome: 'ended', reason: 'provider' };
  }
  return { outcome: 'bearer', token, verified, name, handle: session.idHash, endsAt: session.endsAt };
}
