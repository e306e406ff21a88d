import type { AuthorizeParams, ProviderSettings } from '../config';
import { type Accepted, acceptedOf, apiOf, fillIn, isResource, kindOf, type ProviderKind } from '../token';
import type { ProviderMetadata } from './discovery';
import { type Preset, presets } from './presets';

/** A provider as this app deals with it: the table of its kind, filled in and overridden by the settings. */
export interface ProviderProfile extends Accepted {
  readonly kind: ProviderKind;
  readonly preset: Preset;
  /** What stands before `note:read` in requests. */
  readonly requestPrefix: string;
  /** What stands before it in tokens. */
  readonly tokenPrefix: string;
  /** Parameters of the authorization request, beside those of the sign-in itself. */
  readonly authorizeParams: AuthorizeParams;
  /** What every sign-in asks for, where that is set by hand. */
  readonly scopes: readonly string[] | undefined;
}

type Values = Readonly<Record<string, string | undefined>>;

/** What the settings say for the placeholders of a table. */
export function knownValues({ clientId, audiences }: ProviderSettings): Values {
  const [audience] = audiences;
  return { clientId, audience, api: apiOf(audience ?? clientId), resource: audiences.find(isResource) };
}

/** Fills in every value of a table; entries for which there is no value are left out. */
export function fillInAll(table: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  const filled = Object.entries(table).map(([name, template]) => [name, fillIn(template, values)] as const);
  return Object.fromEntries(filled.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The kind of provider that these settings are for. */
export const kindIn = ({ preset, issuer }: Pick<ProviderSettings, 'preset' | 'issuer'>): ProviderKind =>
  preset ?? kindOf(issuer);

/** The table of a provider's kind with what the settings say of it. Depends on them alone; asks nobody. */
export function profileOf(settings: ProviderSettings): ProviderProfile {
  const kind = kindIn(settings);
  const preset = presets[kind];
  const { issuer, audiences, clientId, accessTokenIssuer } = settings;
  const values = knownValues(settings);
  const requestPrefix = settings.scopePrefix ?? fillIn(preset.scopePrefix, values) ?? '';
  return {
    kind,
    preset,
    ...acceptedOf({ issuer, kind, audiences, clientId, accessTokenIssuer }),
    requestPrefix,
    tokenPrefix: preset.prefixInTokens ? requestPrefix : '',
    authorizeParams: authorizeParams(preset, settings, values),
    scopes: settings.scopes,
  };
}

/** What is set by hand wins; set to nothing, it takes a parameter of the table away. */
function authorizeParams(preset: Preset, settings: ProviderSettings, values: Values): AuthorizeParams {
  const all = { ...fillInAll(preset.authorizeParams, values), ...settings.authorizeParams };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** The scopes that every sign-in asks for. */
export function baseScopes(
  { preset, scopes }: ProviderProfile,
  metadata: Pick<ProviderMetadata, 'scopes_supported'>,
): string[] {
  if (scopes) return [...scopes];
  const listed = metadata.scopes_supported?.includes('offline_access') === true;
  const offline = { always: true, never: false, 'if listed': listed }[preset.offlineAccess];
  return ['openid', 'profile', 'email', ...(offline ? ['offline_access'] : [])];
}

/**
 * The longest address of a sign-out with the ID token in it. Providers answer 414 above 4 KiB, older proxies above 2,
 * and the ID token of somebody in 200 groups has 10; without it the provider may ask whether they mean it.
 */
const longestSignOut = 2_000;

/**
 * Where the browser goes to end the provider's own session; undefined where the provider has no such place.
 * @param values what is known: `home` is the start page of this app
 * @source OpenID Connect RP-Initiated Logout §2, and each table
 */
export function signOutUrl(
  { preset: { signOut } }: ProviderProfile,
  metadata: Partial<Pick<ProviderMetadata, 'end_session_endpoint' | 'authorization_endpoint'>>,
  values: { readonly clientId: string; readonly home: string; readonly idToken: string | undefined },
): string | undefined {
  const { end_session_endpoint: listed, authorization_endpoint: beside } = metadata;
  const address = listed ?? (beside && signOut.fallback);
  if (address === undefined) return undefined;
  const url = new URL(address, beside);
  const table = listed === undefined ? signOut.unlisted : signOut.listed;
  const whole = withParameters(url, fillInAll(table, values));
  if (whole.length <= longestSignOut) return whole;
  return withParameters(url, fillInAll(table, { ...values, idToken: undefined }));
}

/** What an address has in its query already (`?p=policy`) stays. */
function withParameters(address: URL, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
