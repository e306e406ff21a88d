import { readAuthorization } from '../http/authorization';
import { type ProblemWords, type UnavailableCode, unavailableCodes } from '../http/problem';
import { problemWords } from '../provider/no-keys';
import {
  decodeName,
  endedHeader,
  endsAtHeader,
  handleHeader,
  nameHeader,
  stateHeader,
} from '../session/forwarded';
import type { AccessToken } from '../token';
import { type Action, permittedActions } from './actions';
import { signInPath, waitingPath } from './pages';
import type { GuardOptions } from './protect';

export interface SignedInViewer {
  readonly state: 'signed-in';
  readonly token: AccessToken;
  /** The token itself, for the explained verdict. Never hand it to a client component. */
  readonly rawToken: string;
  readonly name: string;
  readonly actions: readonly Action[];
  /** The browser's session, as the middleware tells of it; absent where the request brought a token of its own. */
  readonly session: ViewersSession | undefined;
}

/** What a page may show of the session it is shown in. Proves nothing. */
export interface ViewersSession {
  readonly handle: string;
  /** When it ends whatever happens, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Somebody whose token was refused: the one of their browser's session, or one that the request brought along. */
export interface RefusedViewer {
  readonly state: 'refused';
  readonly check: string;
  readonly because: string;
  /**
   * The refused token, for the explained verdict; absent where the request's header does not hold exactly one. Never
   * hand it to a client component.
   */
  readonly rawToken?: string;
}

/** Somebody with a session or token, while there is no database, provider or keys to judge it by. */
export interface UnavailableViewer {
  readonly state: 'unavailable';
  readonly code: UnavailableCode;
  /** Seconds until asking again may help, where that is known. */
  readonly retryAfter?: number;
  /** What is known of the cause. */
  readonly words?: ProblemWords;
}

/** Who looks at a page. */
export type Viewer =
  | SignedInViewer
  /** @property reason what became of the session they had, if any */
  | { readonly state: 'signed-out'; readonly reason?: string }
  | UnavailableViewer
  | RefusedViewer;

/**
 * Who looks at a page, by the verified bearer token of its request.
 * @param incoming the headers of the request, as the middleware forwards them
 */
export async function viewerOf(
  incoming: Headers,
  { verify, tokenPrefix }: Pick<GuardOptions, 'verify' | 'tokenPrefix'>,
): Promise<Viewer> {
  const credentials = readAuthorization(incoming.get('authorization'));
  if (credentials.kind === 'invalid')
    return { state: 'refused', check: 'request', because: credentials.because };
  if (credentials.kind === 'none') return withoutToken(incoming);
  const verdict = await verify(credentials.token);
  if (verdict.outcome === 'unavailable') {
    const { retryAfter, why } = verdict;
    return { state: 'unavailable', code: 'keys_unavailable', retryAfter, words: problemWords(why) };
  }
  if (verdict.outcome === 'refused') {
    return { state: 'refused', ...verdict.refusal, rawToken: credentials.token };
  }
  const { token } = verdict;
  return {
    state: 'signed-in',
    token,
    rawToken: credentials.token,
    name: decodeName(incoming.get(nameHeader)) || token.subject,
    actions: permittedActions(token.scopes, tokenPrefix),
    session: sessionIn(incoming),
  };
}

/** Somebody without a token, by what the middleware tells of the session that they have or had. */
function withoutToken(incoming: Headers): Viewer {
  const code = unavailableCodes.find((known) => known === incoming.get(stateHeader));
  if (code !== undefined) return { state: 'unavailable', code };
  const reason = incoming.get(endedHeader);
  return { state: 'signed-out', ...(reason !== null && { reason }) };
}

function sessionIn(incoming: Headers): ViewersSession | undefined {
  const [handle, endsAt] = [incoming.get(handleHeader), Number(incoming.get(endsAtHeader))];
  return handle !== null && endsAt > 0 ? { handle, endsAt } : undefined;
}

/** Somebody whose refused token can be shown to them. */
export type ExplainedViewer = RefusedViewer & { readonly rawToken: string };

/**
 * Where somebody is sent who may not see a protected page: whoever has not signed in is to do so, and comes back; so is
 * somebody whose token was refused, and told that; where it cannot be told who looks, they wait for a moment.
 * @param path the page itself, to return to
 */
export function wayTo(path: string, who: Exclude<Viewer, SignedInViewer>): string {
  if (who.state === 'unavailable') return waitingPath(path, who.code);
  return signInPath(path, who.state === 'signed-out' ? who.reason : 'refused');
}
