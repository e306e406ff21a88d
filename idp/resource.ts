import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ConfigurationParts } from './configuration';
import type { ProviderLibrary } from './library';
import type { IdentityProviderOptions } from './options';
import type { AskedFor, Problem } from './personalities/traits';

/** Resource indicators must be absolute URIs (RFC 8707 §2); an audience need not be. */
export function resourceIdentifier(audience: string): string {
  return URL.canParse(audience) ? audience : `urn:claimcheck:audience:${encodeURIComponent(audience)}`;
}

/**
 * The names by which the API may be asked for: its identifier, and at a provider that lets clients name resources what the
 * API's own metadata calls it (RFC 9728 §2): the app's address, with a slash as a URL has one, and that of a path.
 */
export function apiResources({ options, traits }: Pick<ConfigurationParts, 'options' | 'traits'>): string[] {
  const { appBaseUrl, apiPaths = [] } = options;
  const ownNames = [...appNames(options), ...apiPaths.map((path) => appBaseUrl + path)];
  return [resourceIdentifier(options.audience), ...(traits.namesResources ? ownNames : [])];
}

/** The address of the app as a whole, which tokens name where they were asked for by it. */
export const appNames = ({ appBaseUrl }: IdentityProviderOptions): string[] => [appBaseUrl, `${appBaseUrl}/`];

/** What the client has sent, before `oidc-provider` drops from it what it does not know. */
export function askedFor({ query, oidc }: KoaContextWithOIDC): AskedFor {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  // When an interaction resumes, only what was kept is left of the request.
  const sent = (name: string) => text(query[name]) ?? text(oidc.body?.[name]) ?? text(oidc.params?.[name]);
  const scope = sent('scope') ?? '';
  return { scopes: scope.split(' ').filter(Boolean), audience: sent('audience') };
}

/** Makes `oidc-provider` refuse the request for a reason of the personality's. */
export function raise({ errors }: ProviderLibrary, { error, description, ...more }: Problem): never {
  throw Object.assign(new errors.CustomOIDCProviderError(error, description), { problem: more });
}

/** There is one API. Whether a token is for it, the personality says; a token for nothing is no JWT of the library's. */
export function apiResource({ options, traits, library }: ConfigurationParts) {
  const identifier = resourceIdentifier(options.audience);
  return {
    enabled: true,
    defaultResource: (ctx: KoaContextWithOIDC) => {
      const asked = askedFor(ctx);
      if (ctx.oidc.route === 'token') {
        const problem = traits.checkMachine?.(asked);
        if (problem) raise(library, problem);
        return identifier;
      }
      return traits.isForApi(asked) ? identifier : [];
    },
    useGrantedResource: (ctx: KoaContextWithOIDC) => {
      const refreshes = ctx.oidc.params?.grant_type === 'refresh_token';
      const problem = refreshes ? traits.checkRefresh?.(askedFor(ctx)) : undefined;
      if (problem) raise(library, problem);
      return true;
    },
    getResourceServerInfo: (_ctx: KoaContextWithOIDC, requested: string) => {
      if (!apiResources({ options, traits }).includes(requested)) throw new library.errors.InvalidTarget();
      return {
        // Of a token that nobody will see; some personalities have no audience at all.
        audience: requested,
        scope: options.scopes.map((scope) => scope.value).join(' '),
        accessTokenFormat: 'jwt' as const,
        accessTokenTTL: options.accessTokenTtl,
        jwt: { sign: { alg: 'RS256' as const } },
      };
    },
  };
}
