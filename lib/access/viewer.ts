import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { readAuthorization } from '../http/authorization';
import { providerProfile } from '../provider';
import type { KeysTrouble } from '../provider/keys-trouble';
import { decodeName, endsAtHeader, handleHeader, nameHeader, stateHeader } from '../session/forwarded';
import { type AccessToken, judge } from '../token';
import { type Action, permittedActions } from './actions';

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

/** Who looks at a page. */
export type Viewer =
  | SignedInViewer
  | { readonly state: 'signed-out' }
  /** There is a session or token, but no provider or no keys to judge it by. */
  | { readonly state: 'unavailable'; readonly why?: KeysTrouble | undefined }
  | RefusedViewer;

/** Who looks at this page, by the verified bearer token of the request; judged once per request. */
export const viewer = cache(async (): Promise<Viewer> => {
  const incoming = await headers();
  const credentials = readAuthorization(incoming.get('authorization'));
  if (credentials.kind === 'invalid')
    return { state: 'refused', check: 'request', because: credentials.because };
  if (credentials.kind === 'none') {
    return { state: incoming.get(stateHeader) === 'unavailable' ? 'unavailable' : 'signed-out' };
  }
  const judgement = await judge(credentials.token);
  if (judgement.outcome === 'unavailable') return { state: 'unavailable', why: judgement.why };
  if (judgement.outcome === 'refused') {
    return { state: 'refused', ...judgement.refusal, rawToken: credentials.token };
  }
  const token = judgement.value;
  return {
    state: 'signed-in',
    token,
    rawToken: credentials.token,
    name: decodeName(incoming.get(nameHeader)) || token.subject,
    actions: permittedActions(token.scopes, providerProfile().tokenPrefix),
    session: sessionIn(incoming),
  };
});

function sessionIn(incoming: Headers): ViewersSession | undefined {
  const [handle, endsAt] = [incoming.get(handleHeader), Number(incoming.get(endsAtHeader))];
  return handle !== null && endsAt > 0 ? { handle, endsAt } : undefined;
}

/**
 * The signed-in person of a protected page; others are sent to sign in and come back.
 * @param path the page itself, to return to
 * @throws where the token was refused or cannot be judged; the error page says so
 */
export async function requireViewer(path: string): Promise<SignedInViewer> {
  const who = await viewer();
  if (who.state === 'signed-in') return who;
  if (who.state === 'signed-out') redirect(`/login?returnTo=${encodeURIComponent(path)}`);
  if (who.state === 'refused') throw new Error(`The access token was refused (${who.check}): ${who.because}`);
  throw new Error('The sign-in provider cannot be reached');
}
