import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { currentConfig } from '../config';
import { readAuthorization } from '../http/authorization';
import { decodeName, nameHeader, stateHeader } from '../session/forwarded';
import { type AccessToken, judge } from '../token';
import { type Action, permittedActions } from './actions';

export interface SignedInViewer {
  readonly state: 'signed-in';
  readonly token: AccessToken;
  /** The token itself, for the explained verdict. Never hand it to a client component. */
  readonly rawToken: string;
  readonly name: string;
  readonly actions: readonly Action[];
}

/** Who looks at a page. */
export type Viewer =
  | SignedInViewer
  | { readonly state: 'signed-out' }
  /** There is a session or token, but no provider or no keys to judge it by. */
  | { readonly state: 'unavailable' }
  /** The request brought a token that was refused. */
  | { readonly state: 'refused'; readonly check: string; readonly because: string };

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
  if (judgement.outcome === 'unavailable') return { state: 'unavailable' };
  if (judgement.outcome === 'refused') return { state: 'refused', ...judgement.refusal };
  const token = judgement.value;
  return {
    state: 'signed-in',
    token,
    rawToken: credentials.token,
    name: decodeName(incoming.get(nameHeader)) || token.subject,
    actions: permittedActions(token.scopes, currentConfig().provider.scopePrefix),
  };
});

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
