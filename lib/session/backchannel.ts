import type { LogoutToken } from '../openid';
import type { NoKeys, WordedVerdict } from '../provider/no-keys';
import type { LogoutTarget } from './store';
import type { UsedLogoutTokens } from './used-logout-tokens';

/** What a logout request needs of the rooms around it. */
export interface BackchannelOptions {
  readonly verify: (token: string) => Promise<WordedVerdict<LogoutToken>>;
  readonly used: Pick<UsedLogoutTokens, 'has' | 'add'>;
  /** Ends the sessions that a token refers to. */
  readonly end: (target: LogoutTarget) => Promise<unknown>;
}

/** What became of a logout request. */
export type LoggedOut =
  | { readonly outcome: 'done' }
  | {
      readonly outcome: 'refused';
      /** The check that failed, by its stable name. */
      readonly check: string;
      /** Completes "the logout token is refused: …"; plain ASCII without quotes. */
      readonly because: string;
    }
  /** @property retryAfter seconds */
  | { readonly outcome: 'unavailable'; readonly retryAfter: number; readonly why?: NoKeys | undefined };

const refuse = (check: string, because: string): LoggedOut => ({ outcome: 'refused', check, because });

const replayed = refuse('replay', 'it has been used before');

/**
 * Does what the provider asks by a logout token: ends the sessions it names, once.
 *
 * The token is marked as used after its work is done, not before: whatever fails in between, the provider may send it
 * again, and ending what has ended changes nothing. Of several that arrive together one is the first to be marked, and
 * the others are refused.
 * @param form the parameters of the logout request
 * @throws what the store throws
 * @source OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8
 */
export async function logOut(form: URLSearchParams, options: BackchannelOptions): Promise<LoggedOut> {
  const [token, ...more] = form.getAll('logout_token');
  if (!token || more.length > 0) return refuse('request', 'the parameter logout_token must be there once');
  const verdict = await options.verify(token);
  if (verdict.outcome === 'unavailable') return verdict;
  if (verdict.outcome === 'refused') {
    const { check, because } = verdict.refusal;
    return refuse(check, because);
  }
  const { token: value } = verdict;
  if (await options.used.has(value)) return replayed;
  const { issuer, subject, sid } = value;
  await options.end({ issuer, subject, sid });
  return (await options.used.add(value)) ? { outcome: 'done' } : replayed;
}
