import type { IdentityProviderOptions } from '../options';
import { Html, html } from './html';
import type { Page } from './layout';

/** Asks whether to sign out, since nobody has proved that the app wants it. */
export function logoutPage({ nonce, form }: { nonce: string; form: string }): Page {
  const body = html`<h1>Sign out?</h1>
<p class="soft">You will be asked for your password the next time an app wants to sign you in here.</p>
${new Html(form)}
<div class="buttons">
<button class="main" type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button type="submit" form="op.logoutForm">Stay signed in</button>
</div>`;
  return { title: 'Sign out', nonce, body };
}

/** The end of a sign-out that named no address to return to. */
export function signedOutPage({ nonce, options }: { nonce: string; options: IdentityProviderOptions }): Page {
  const body = html`<h1>Done</h1>
<p class="soft">That was all there is to do here.</p>
<p><a href="${options.appBaseUrl}">Go to the app</a></p>`;
  return { title: 'Done', nonce, body };
}
