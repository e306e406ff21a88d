import { loginHref } from '../components/login-href';

/** What came back from the API. */
export interface Answer {
  readonly status: number;
  /** `WWW-Authenticate` (RFC 6750 §3). */
  readonly challenge: string | undefined;
}

export interface Offer {
  readonly says: string;
  /** Where to go about it; absent where a sign-in would not help. */
  readonly href?: string;
  readonly name?: string;
}

const here = '/docs';

/**
 * What somebody can do about a refusal.
 * @param bearer whether the request carried a pasted token
 * @param have scope values of the session, to ask for again along with the missing one
 */
export function offerFor(
  { status, challenge = '' }: Answer,
  { bearer, have }: { bearer: boolean; have: readonly string[] },
): Offer | undefined {
  const said = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];
  const scope = said('scope');
  if (status === 403 && scope) {
    const says = `That needs the scope ${scope}.`;
    if (bearer) return { says: `${says} The token you pasted lacks it.` };
    const href = loginHref({ returnTo: here, scopes: [...have, ...scope.split(' ')] });
    return { says, href, name: 'Sign in with it' };
  }
  if (status !== 401) return undefined;
  if (bearer) return { says: 'The token you pasted was refused; the answer says why.' };
  const [maxAge, acrValues] = [said('max_age'), said('acr_values')];
  if (maxAge !== undefined || acrValues !== undefined) {
    const how = { ...(maxAge !== undefined && { maxAge: Number(maxAge) }), acrValues };
    return {
      says: 'That needs a more recent or a stronger sign-in.',
      href: loginHref({ returnTo: here, scopes: have, ...how }),
      name: 'Sign in again',
    };
  }
  return {
    says: 'That needs somebody who is signed in.',
    href: loginHref({ returnTo: here }),
    name: 'Sign in',
  };
}
