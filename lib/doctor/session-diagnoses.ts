import { baseScopes, signOutUrl } from '../provider';
import { type Diagnosis, ofProvider, pass, warn } from './diagnosis';

/** Without a refresh token a session ends with its first access token. */
export const refresh: Diagnosis = {
  name: 'refresh',
  title: 'Sessions can be renewed',
  examine: ofProvider(({ metadata, settings, profile }) => {
    const { preset } = profile;
    const allowed = settings.embedded ? '' : ` It must be allowed: ${preset.console.refreshToken}.`;
    if (preset.offlineAccess === 'never') {
      return pass(`${preset.title} gives a refresh token without being asked.${allowed}`);
    }
    if (baseScopes(profile, metadata).includes('offline_access')) {
      return pass(`offline_access is asked for.${allowed}`);
    }
    const listed = metadata.scopes_supported?.includes('offline_access') === true;
    if (profile.scopes && (listed || preset.offlineAccess === 'always')) {
      return warn(
        'OIDC_SCOPE leaves offline_access out: where the provider gives no refresh token without it, a session ends with its first access token.',
        'Add offline_access to OIDC_SCOPE, unless sessions turn out to be renewed without it (Keycloak does).',
      );
    }
    if (metadata.grant_types_supported?.includes('refresh_token')) {
      return pass('The provider lists the grant refresh_token, and has no scope offline_access to ask for.');
    }
    return warn(
      'The provider lists neither offline_access nor the grant refresh_token: a session may end with its first access token.',
      `See ${preset.console.refreshToken}.`,
    );
  }),
};

/** OpenID Connect RP-Initiated Logout §2. */
export const signOut: Diagnosis = {
  name: 'sign_out',
  title: 'Signing out ends the provider’s session, too',
  examine: ofProvider(({ metadata, settings, profile }, { home }) => {
    const values = { clientId: settings.clientId, home, idToken: undefined };
    const url = signOutUrl(profile, metadata, values);
    if (url === undefined) {
      return warn(
        'The provider has no address for that: signing out ends the session here only, and the next sign-in may ask for nothing.',
        'Set OIDC_END_SESSION_ENDPOINT where there is one that discovery does not list.',
      );
    }
    const { origin, pathname } = new URL(url);
    const registered = settings.embedded
      ? ''
      : `, which must be registered: ${profile.preset.console.signOutUri}`;
    return pass(`People are sent to ${origin}${pathname} and come back to ${home}${registered}.`);
  }),
};

/** OpenID Connect Back-Channel Logout §2.1 and §2.2. Whether the address is registered cannot be seen from here. */
export const providerSignOut: Diagnosis = {
  name: 'provider_sign_out',
  title: 'What signing out at the provider does here',
  examine: ofProvider(({ metadata, settings, profile }, { config }) => {
    if (!metadata.backchannel_logout_supported) {
      // OpenID Connect Front-Channel Logout 1.0 §2 and §3; Entra does it without listing it.
      if (metadata.frontchannel_logout_supported || (profile.kind === 'entra' && !settings.embedded)) {
        return pass(
          `It ends the session where ${config.baseUrl}/auth/frontchannel-logout is registered as the front-channel logout URL.`,
        );
      }
      return pass(
        'Nothing at once, as the provider lists no back-channel logout: sessions end when they are renewed, or run out.',
      );
    }
    const url = `${config.baseUrl}/auth/backchannel-logout`;
    if (settings.embedded) return pass(`It ends the session: the provider tells ${url}.`);
    return pass(`It ends the session where ${url} is registered as the back-channel logout URI.`);
  }),
};

/** RFC 9470: an action that asks for a recent or strong sign-in is refused to everybody where tokens do not say. */
export const stepUp: Diagnosis = {
  name: 'step_up',
  title: 'Tokens say what actions ask of a sign-in',
  examine: ({ config: { stepUp: asked }, seenToken }) => {
    const needed = [
      ...(Object.keys(asked.maxAge).length > 0 ? (['auth_time'] as const) : []),
      ...(Object.keys(asked.acrValues).length > 0 ? (['acr'] as const) : []),
    ];
    if (needed.length === 0) return pass('No action asks for a recent or strong sign-in.');
    const seen = seenToken();
    const change = `Have the provider put ${needed.join(' and ')} into access tokens: docs/step-up.md says how.`;
    if (!seen) return warn(`They need ${needed.join(' and ')}; no access token was seen here yet.`, change);
    const missing = needed.filter((name) => !seen.signIn.includes(name));
    if (missing.length === 0) return pass(`The last access token here had ${needed.join(' and ')}.`);
    return warn(
      `The last access token here had no ${missing.join(' and no ')}: everybody is refused what asks for it.`,
      change,
    );
  },
};
