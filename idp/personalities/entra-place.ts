import type { IdentityProviderOptions } from '../options';

/** Where Entra's answers come from. */
export interface EntraPlace {
  options: IdentityProviderOptions;
  origin: string;
  tenant: string;
  /** `api://claimcheck`, the API's identifier in scopes. */
  api: string;
}

/** Microsoft Graph's client ID: where a scope without `api://…` in front is looked for. */
export const graph = '00000003-0000-0000-c000-000000000000';

/** Reads the place from the issuer, and the API's identifier from what stands before the names of its scopes. */
export function entraPlace(options: IdentityProviderOptions): EntraPlace {
  const { origin, pathname } = new URL(options.issuer);
  const [, tenant = ''] = pathname.split('/');
  return { options, origin, tenant, api: (options.scopes[0]?.value ?? '').replace(/\/[^/]*$/, '') };
}
