import { escapeHtml } from './escape-html';
import { smallPage } from './small-page';

/**
 * Leads a browser whose session here has ended on to where the provider ends its own: by itself at once, by a link
 * where that is switched off, and without any script.
 *
 * A redirect would do for a browser without a Content-Security-Policy. With one, `form-action` is held against every
 * redirect after a form too, and sign-outs lead on to places that only the provider knows (a brokered identity
 * provider, a federated one): the button would hang. And the address may hold an ID token, which in a `Location` is
 * larger than some proxies take.
 * @param url where to go on to; `https:`, or `http:` on loopback
 */
export function onwardPage(url: string, headers: Readonly<Record<string, string>>): Response {
  return smallPage({
    title: 'You are signed out here',
    main: `<p><a href="${escapeHtml(url)}" rel="noreferrer">Go on to sign out at ${escapeHtml(new URL(url).host)}</a></p>`,
    onward: { seconds: 0, to: url },
    headers: { 'referrer-policy': 'no-referrer', ...headers },
  });
}
