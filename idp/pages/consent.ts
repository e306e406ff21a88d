import type { OfferedScope } from '../options';
import { mayBeGranted, type Person } from '../people';
import { type Html, html } from './html';
import type { Page } from './layout';

/** What the consent page shows. */
export interface ConsentForm {
  nonce: string;
  action: string;
  clientName: string;
  person: Person;
  /** The scopes of the API that were asked for. */
  apiScopes: readonly OfferedScope[];
  /** The scopes of OpenID Connect that were asked for: `openid`, `profile`, `email`. */
  openidScopes: readonly string[];
  /** Starts the same request again with the sign-in page. */
  otherAccountUrl: string;
}

/** The page on which a person says what the app may do in their name. */
export function consentPage(form: ConsentForm): Page {
  const { nonce, action, clientName, person, apiScopes, openidScopes, otherAccountUrl } = form;
  const body = html`<h1>Allow ${clientName}?</h1>
<p class="soft">You are signed in as <strong>${person.name}</strong> (${person.username}).
<a href="${otherAccountUrl}">Use another account</a></p>
<form method="post" action="${action}">
${apiScopes.length > 0 && scopeList(form)}
${nothingToTick(form)}
${
  openidScopes.length > 0 &&
  html`<p class="small soft">To sign you in, ${clientName} also receives: ${openidScopes.join(', ')}.</p>`
}
<div class="buttons">
<button class="main" type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</div>
</form>`;
  return { title: `Allow ${clientName}`, nonce, body };
}

function scopeList({ clientName, person, apiScopes }: ConsentForm): Html {
  return html`<p id="asked">${clientName} asks for permission to:</p>
<ul class="scopes" aria-labelledby="asked">${apiScopes.map((scope, index) => scopeItem(scope, index, person))}</ul>`;
}

function scopeItem(scope: OfferedScope, index: number, person: Person): Html {
  const id = `scope-${index}`;
  if (!mayBeGranted(person, scope)) {
    return html`<li class="refused"><input type="checkbox" id="${id}" disabled>
<label for="${id}"><strong>${scope.title}</strong> <span>${scope.description}</span>
<span class="reason">${person.username} may not be granted this</span>
<code>${scope.value}</code></label></li>`;
  }
  return html`<li><input type="checkbox" id="${id}" name="scope" value="${scope.value}" checked>
<label for="${id}"><strong>${scope.title}</strong> <span>${scope.description}</span> <code>${scope.value}</code></label></li>`;
}

function nothingToTick({ clientName, person, apiScopes }: ConsentForm): Html | false {
  if (apiScopes.some((scope) => mayBeGranted(person, scope))) return false;
  return html`<p>${clientName} will learn who you are, and will not be able to do anything in your name.</p>`;
}
