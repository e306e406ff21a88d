import type { IdentityProviderOptions } from '../options';

/** The tenant whose answers these are. */
export interface EntraTenant {
  options: IdentityProviderOptions;
  origin: string;
  tenantId: string;
  /** `api://claimcheck`, the API's identifier in scopes. */
  api: string;
}

/** Microsoft Graph's client ID: where a scope without `api://…` in front is looked for. */
export const graph = '00000003-0000-0000-c000-000000000000';

/** Reads the tenant from the issuer, and the API's identifier from what stands before the names of its scopes. */
export function entraTenant(options: IdentityProviderOptions): EntraTenant {
  const { origin, pathname } = new URL(options.issuer);
  const [, tenantId = ''] = pathname.split('/');
  return { options, origin, tenantId, api: (options.scopes[0]?.value ?? '').replace(/\/[^/]*$/, '') };
}
