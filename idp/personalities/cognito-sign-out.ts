import type { SignOutPath } from './refusals';
import type { Paths } from './traits';

/** What Cognito says about every sign-out request it does not understand, unregistered addresses included (streamlit/streamlit#14601). */
const missing = {
  refused: { status: 400, sentence: "Required String parameter 'redirect_uri' is not present" },
};

/**
 * `GET /logout?client_id&logout_uri`, or with the parameters of an authorization request, which then follows.
 * Discovery lists it as `end_session_endpoint`, and yet it knows no parameter of OpenID Connect
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html,
 * damienbod/angular-auth-oidc-client#2057).
 */
export function cognitoSignOut(paths: Paths): SignOutPath {
  return {
    path: paths.end_session,
    read(query, { clientIds, afterSignOut }) {
      if (!clientIds.includes(query.get('client_id') ?? '')) return missing;
      const address = query.get('logout_uri');
      if (address !== null) return afterSignOut.includes(address) ? { to: address } : missing;
      // Registered or not: the authorization endpoint looks at it.
      if (query.has('redirect_uri')) return { to: `${paths.authorization}?${query}` };
      return missing;
    },
  };
}
