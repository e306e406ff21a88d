import { isUsableSid } from '../openid';
import type { LogoutTarget } from './store';

/** What a front-channel logout asks for, or in a sentence why it asks for nothing. */
export type FrontchannelLogout =
  | { readonly outcome: 'asked'; readonly target: LogoutTarget }
  | { readonly outcome: 'refused'; readonly because: string };

const refuse = (because: string): FrontchannelLogout => ({ outcome: 'refused', because });

/**
 * Reads the address that a provider loads in a frame when somebody signs out there.
 *
 * It carries no proof. None is needed: `sid` is known to the provider and to those who hold its tokens, and all that it
 * does is to end sessions, of this issuer, that were begun in that one. Nor does it need a cookie, which browsers
 * withhold from a frame of another site: a session's row knows its `sid`.
 * @param query `sid`; `iss` beside it is asked for by the specification and left out by Entra ID, and then not missed
 * @param issuers the configured one, by which ID tokens name the provider, and others that its tenant goes by
 * @source OpenID Connect Front-Channel Logout 1.0 §2
 */
export function readFrontchannelLogout(
  query: URLSearchParams,
  [issuer, ...others]: readonly [string, ...string[]],
): FrontchannelLogout {
  const [sid, ...moreSids] = query.getAll('sid');
  const [iss = issuer, ...moreIssuers] = query.getAll('iss');
  if (sid === undefined || moreSids.length > 0) return refuse('The parameter sid must be there once.');
  if (!isUsableSid(sid)) return refuse('The parameter sid must have 1 to 255 visible ASCII characters.');
  if (moreIssuers.length > 0) return refuse('The parameter iss may be there once.');
  if (![issuer, ...others].includes(iss))
    return refuse('The parameter iss names another provider than OIDC_ISSUER does.');
  return { outcome: 'asked', target: { issuer, subject: undefined, sid } };
}
