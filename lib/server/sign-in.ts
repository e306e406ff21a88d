import 'server-only';
import { baseScopes, lookalikeHint } from '../provider';

import { parFix, parUnsupported } from '../provider/symptoms';
import { isRemoteError, RemoteError } from '../remote';
import { linkParameters, type Query } from '../sign-in/link-parameters';
import type { CallbackSettings, SignInSettings } from '../sign-in/sign-in';
import { currentConfig } from './config';
import { providerMetadata, providerProfile } from './provider';
import { redirectUri } from './session';

export type SettingsAnswer =
  | { readonly ok: true; readonly settings: SignInSettings }
  | {
      readonly ok: false;
      readonly issuer: string;
      readonly reason: string;
      readonly hint: string;
      /** Whether it may pass by itself; otherwise somebody has to change a setting, here or at the provider. */
      readonly passes: boolean;
    };

/** What the browser needs to finish a sign-in; known without asking the provider. */
export function callbackSettings(): CallbackSettings {
  const { baseUrl, provider } = currentConfig();
  return {
    issuer: provider.issuer,
    clientId: provider.clientId,
    tokenEndpoint: `${baseUrl}/auth/token`,
    redirectUri: redirectUri(),
  };
}

/**
 * What the browser needs to begin a sign-in, or why there can be none just now.
 * @param query of the page that asks: a link may say how people are to sign in
 */
export async function signInSettings(query: Query = {}): Promise<SettingsAnswer> {
  const { provider } = currentConfig();
  try {
    const profile = providerProfile();
    const metadata = await providerMetadata().get();
    if (metadata.require_pushed_authorization_requests) throw requiresPar();
    return {
      ok: true,
      settings: {
        ...callbackSettings(),
        authorizationEndpoint: metadata.authorization_endpoint,
        requiresIss: metadata.authorization_response_iss_parameter_supported === true,
        baseScopes: baseScopes(profile, metadata),
        // What the operator has set stands, whoever made the link.
        authorizeParams: { ...linkParameters(query), ...profile.authorizeParams },
      },
    };
  } catch (error) {
    const known = isRemoteError(error) ? error : { hint: 'see the log', passes: true };
    const more = lookalikeHint(provider);
    const hint = [`${known.hint}.`, more].filter(Boolean).join(' ');
    const { message: reason } = error as Error;
    return { ok: false, issuer: provider.issuer, reason, hint, passes: known.passes };
  }
}

/** RFC 9126 §5: such a provider refuses every request that was not pushed. */
function requiresPar(): RemoteError {
  return new RemoteError(
    'unsupported',
    `the provider takes pushed authorization requests (PAR, RFC 9126) only, and ${parUnsupported}`,
    `change ${parFix}`,
  );
}
