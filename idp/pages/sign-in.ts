import type { OfferedScope } from '../options';
import { mayBeGranted, type Person, people } from '../people';
import { Html, html } from './html';
import type { Page } from './layout';

/** What the sign-in page shows. */
export interface SignInForm {
  nonce: string;
  action: string;
  clientName: string;
  scopes: readonly OfferedScope[];
  /** Who can sign in; the table of `people.ts` where it is left out. */
  people?: readonly Person[] | undefined;
  /** What to fill in: the username tried before, or a `login_hint`. */
  username?: string;
  /** Whether a second factor is asked for. */
  withCode: boolean;
  /** Set after a failed attempt. */
  failed?: boolean;
}

/** The page that asks for username and password. */
export function signInPage(form: SignInForm): Page {
  const { nonce, action, clientName, withCode, username = '', failed } = form;
  const body = html`<h1>Sign in</h1>
<p class="soft">to continue to ${clientName}</p>
${failed && html`<p class="alert" role="alert" id="failure">The username or the password is wrong. Try again.</p>`}
<form method="post" action="${action}">
<div class="field"><label for="username">Username</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none"
spellcheck="false" required ${attribute(!username, 'autofocus')} ${attribute(failed, 'aria-describedby="failure"')}></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
${attribute(username, 'autofocus')} ${attribute(failed, 'aria-describedby="failure"')}></div>
${
  withCode &&
  html`<div class="field"><label for="code">Code from your phone</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="code-note">
<p class="small soft" id="code-note">Any six digits. Leave it empty to sign in by your password alone.</p></div>`
}
<details class="field"><summary>For trying out: as if signed in earlier</summary>
<label for="age">Seconds ago</label>
<input id="age" name="age" inputmode="numeric" pattern="[0-9]{0,7}"></details>
<div class="buttons">
<button class="main" type="submit" name="decision" value="sign-in">Sign in</button>
<button type="submit" name="decision" value="cancel" formnovalidate>Cancel</button>
</div>
</form>
<section class="hint" aria-label="Accounts">
<p class="small soft">Because this is a development provider, here is everyone who can sign in:</p>
${accountsTable(form)}
</section>`;
  return { title: 'Sign in', nonce, body };
}

/** Everyone there is, with passwords and what they may be granted. */
export function accountsTable({
  scopes,
  people: everyone = people,
}: Pick<SignInForm, 'scopes' | 'people'>): Html {
  const rows = everyone.map((person) => {
    const titles = scopes.filter((scope) => mayBeGranted(person, scope)).map((scope) => scope.title);
    const may = titles.length === scopes.length ? 'everything' : titles.join(', ') || 'nothing';
    return html`<tr><td><code>${person.username}</code></td><td><code>${person.password}</code></td><td>${may}</td></tr>`;
  });
  return html`<table>
<thead><tr><th scope="col">Username</th><th scope="col">Password</th><th scope="col">May be granted</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function attribute(wanted: unknown, markup: string): Html {
  return new Html(wanted ? markup : '');
}
