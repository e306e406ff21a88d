import type { ClientMetadata } from 'oidc-provider';
import { appClientId, machineClient, redirectUri } from '../clients';
import type { IdentityProviderOptions } from '../options';
import { html } from './html';
import type { Page } from './layout';
import { accountsTable } from './sign-in';

/** What this provider is, for whoever opens its address in a browser. */
export interface About {
  nonce: string;
  options: IdentityProviderOptions;
  /** Endpoints by the name they have in discovery. */
  endpoints: Readonly<Record<string, string>>;
  /** What access tokens are. */
  about: string;
}

/** The front page: accounts, clients and endpoints. */
export function aboutPage({ nonce, options, endpoints, about }: About): Page {
  const rows = Object.entries(endpoints).map(
    ([name, url]) => html`<tr><th scope="row">${name}</th><td><code>${url}</code></td></tr>`,
  );
  const body = html`<h1>An identity provider for development</h1>
<p class="soft">It signs people in to <a href="${options.appBaseUrl}">${options.appBaseUrl}</a> while you have no account
anywhere else: an OpenID provider that runs inside the app. Personality: <code>${options.personality}</code>.</p>
<h2>Accounts</h2>
${accountsTable(options)}
<h2>Clients</h2>
<table class="stacks">
<thead><tr><th scope="col">Client ID</th><th scope="col">Secret</th><th scope="col">For</th></tr></thead>
<tbody>${options.clients ? options.clients.map(clientRow) : ourClients(options)}</tbody></table>
<h2>Endpoints</h2>
<table class="stacks"><tbody>${rows}</tbody></table>
<h2>Access tokens</h2>
<p class="small">${about}. Valid for ${options.accessTokenTtl} seconds, with the scopes that the person allowed.</p>`;
  return { title: 'About', nonce, body, wide: true };
}

const ourClients = (options: IdentityProviderOptions) =>
  html`<tr><td><code>${appClientId}</code></td><td>${appSecret(options)}, PKCE S256</td>
<td>people, returning to <code>${redirectUri(options.appBaseUrl)}</code></td></tr>
<tr><td><code>${machineClient.id}</code></td><td><code>${machineClient.secret}</code></td>
<td>programs, by <code>client_credentials</code></td></tr>`;

function clientRow({ client_id, client_secret, redirect_uris = [] }: ClientMetadata) {
  const what = redirect_uris.length > 0 ? `people, returning to ${redirect_uris.join(', ')}` : 'programs';
  return html`<tr><td><code>${client_id}</code></td><td><code>${client_secret ?? 'none'}</code></td><td>${what}</td></tr>`;
}

/** The one secret here that is one: the app made it. */
function appSecret({ clientSecret, clientKeys }: IdentityProviderOptions): string {
  if (clientKeys) return 'a private key';
  return clientSecret === undefined ? 'none' : 'known to the app alone';
}
