import { entraProblem } from './entra-messages';
import { type EntraTenant, graph } from './entra-tenant';
import { forgetIdleNonce } from './nonce';
import type { AskedFor, PersonalityTraits, Problem } from './traits';

/** Scopes of OpenID Connect. */
const openidScopes = ['openid', 'profile', 'email', 'offline_access'];

type Requests = Pick<
  PersonalityTraits,
  | 'amend'
  | 'checkAuthorization'
  | 'checkMachine'
  | 'checkOrigin'
  | 'checkRefresh'
  | 'isForApi'
  | 'machineScopes'
>;

/** What Entra accepts in requests, and what it says about the rest. */
export function entraRequests({ options, api }: EntraTenant): Requests {
  const offered = options.scopes.map((scope) => scope.value);
  return {
    // Every permission there is, instead of single ones [v2-oauth2-auth-code-flow, scopes-oidc].
    amend(query) {
      forgetIdleNonce(query);
      const scopes = query.get('scope')?.split(' ') ?? [];
      const named = scopes.some((scope) => offered.includes(scope));
      if (!scopes.includes(`${api}/.default`) || named) return;
      query.set('scope', [...scopes.filter((scope) => scope !== `${api}/.default`), ...offered].join(' '));
    },
    checkAuthorization({ scopes }) {
      const unknown = scopes.filter((scope) => !openidScopes.includes(scope) && !offered.includes(scope));
      const [first] = unknown;
      return first === undefined ? undefined : wrongScope(first, { options, api });
    },
    // One resource, `/.default` behind it; delegated permissions cannot be asked for [v2-oauth2-client-creds-grant-flow].
    checkMachine: ({ scopes }) => checkMachineScopes(scopes, api),
    // App and API are one registration: "as before" (RFC 6749 §6) is a token for itself, which it must ask for by name.
    checkRefresh: ({ scopes }) =>
      scopes.length > 0 ? undefined : entraProblem('invalid_request', 90009, options.audience),
    // The redirect URI's type decides from where codes may be redeemed (AzureAD/microsoft-authentication-library-for-js
    // #2482; umijs/umi-request#299).
    checkOrigin(origin) {
      const isSpa = options.quirks?.redirectUriType === 'spa';
      if (isSpa && origin === undefined) return entraProblem('invalid_request', 9002327);
      if (!isSpa && origin !== undefined) return entraProblem('invalid_request', 9002326);
      return undefined;
    },
    isForApi: ({ scopes }) => scopes.some((scope) => scope.startsWith(`${api}/`)),
    machineScopes: () => [],
  };
}

function wrongScope(scope: string, { options, api }: Pick<EntraTenant, 'options' | 'api'>): Problem {
  const [, resource, name] = /^(.+:\/\/.+)\/([^/]*)$/.exec(scope) ?? [];
  if (resource === undefined && scope.includes('://')) return entraProblem('invalid_scope', 70011, scope);
  if (resource === api && name === '.default') return entraProblem('invalid_scope', 70011, scope);
  if (resource !== undefined && resource !== api) return entraProblem('invalid_resource', 500011, resource);
  const where = resource === undefined ? graph : options.audience;
  return entraProblem('invalid_request', 650053, `${name ?? scope} ${where}`);
}

function checkMachineScopes(scopes: AskedFor['scopes'], api: string): Problem | undefined {
  const [scope] = scopes;
  if (scope === undefined) return entraProblem('invalid_request', 900144, 'scope');
  if (scopes.length > 1 || !scope.endsWith('/.default')) return entraProblem('invalid_scope', 1002012, scope);
  const resource = scope.slice(0, -'/.default'.length);
  return resource === api ? undefined : entraProblem('invalid_resource', 500011, resource);
}
