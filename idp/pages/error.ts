import { appClientId, registeredAddresses } from '../clients';
import type { Context } from '../library';
import type { IdentityProviderOptions } from '../options';
import { html } from './html';
import { nonceOf, type Page, show } from './layout';

/** What happened, and what to do about it. */
interface Explanation {
  title: string;
  happened: string;
  fix: string;
}

const explanations: Readonly<Record<string, (options: IdentityProviderOptions) => Explanation>> = {
  invalid_redirect_uri: (options) => unknownAddress(options),
  redirect_mismatch: (options) => unknownAddress(options),
  invalid_client: (options) => ({
    title: 'Unknown app',
    happened: 'No app with the client ID of this request is registered here.',
    fix: options.clients
      ? `Registered here: ${registeredAddresses(options).clientIds.join(', ')}.`
      : `The app's client ID at this provider is ${appClientId}. Check OIDC_CLIENT_ID.`,
  }),
  expired: () => ({
    title: 'This sign-in has expired',
    happened: 'It was finished already, took longer than an hour, or was begun in another browser.',
    fix: 'Go back to the app and start again.',
  }),
  cross_site: () => ({
    title: 'Refused',
    happened: 'This form was sent from another site.',
    fix: 'If that was you, go back to the app and start again.',
  }),
  not_found: (options) => ({
    title: 'Nothing here',
    happened: 'This provider has no page at this address.',
    fix: `Its endpoints are listed at ${options.issuer}.`,
  }),
  server_error: () => ({
    title: 'Something went wrong here',
    happened: 'The provider failed to answer. It is not your fault.',
    fix: 'Try again, and look at the output of the app for the reason.',
  }),
};

function unknownAddress(options: IdentityProviderOptions): Explanation {
  const { redirectUris } = registeredAddresses(options);
  const where = options.clients ? '' : ' Check APP_BASE_URL.';
  return {
    title: 'Unknown return address',
    happened:
      'The app asked for people to be sent to an address (redirect_uri) that is not registered for it.',
    fix: `Only ${redirectUris.join(', ')} is registered, and it must match to the letter.${where}`,
  };
}

const anythingElse: Explanation = {
  title: 'This request cannot be answered',
  happened: 'The app sent a request that this provider does not accept.',
  fix: 'Go back to the app and start again. If it happens again, the app sends something wrong.',
};

/** An error page to be shown. */
export interface ErrorAnswer {
  ctx: Pick<Context, 'state' | 'status' | 'type' | 'body'>;
  options: IdentityProviderOptions;
  /** An OAuth error code, or one of ours. */
  code: string;
  out?: { error_description?: string };
  error?: Error;
  status?: number;
  /** What a real provider's page says in this place, to the letter. */
  sentence?: string;
}

/** Shows what went wrong when there is no address to which the person could safely be sent back. */
export function renderError({
  ctx,
  options,
  code,
  out,
  error,
  status = ctx.status,
  sentence,
}: ErrorAnswer): void {
  const known = error?.name === 'SessionNotFound' ? 'expired' : code;
  const page = errorPage({
    nonce: nonceOf(ctx),
    options,
    code: known,
    detail: out?.error_description,
    sentence,
  });
  show(ctx, page, status);
}

interface ErrorDetails {
  nonce: string;
  options: IdentityProviderOptions;
  code: string;
  detail?: string;
  sentence?: string;
}

function errorPage({ nonce, options, code, detail, sentence }: ErrorDetails): Page {
  const explanation = (Object.hasOwn(explanations, code) ? explanations[code] : undefined)?.(options);
  const { title, happened, fix } = explanation ?? anythingElse;
  const body = html`<h1>${title}</h1>
<p class="soft">${happened}</p>
${sentence && html`<p class="alert">${sentence}</p>`}
${!explanation && detail && html`<p class="alert">${detail}</p>`}
<p>${fix}</p>
<p><a href="${options.appBaseUrl}">Go to the app</a></p>
<p class="small soft">Error code: <code>${code}</code></p>`;
  return { title, nonce, body };
}
