import type { AuthorizeParams, PresetName, ProviderSettings } from '../config/config';
import type { ProviderMetadata } from './discovery';
import { knownIssuer, type Preset, presetOf, presets } from './presets';

/** A provider as this app deals with it: the table of its kind, filled in and overridden by the settings. */
export interface ProviderProfile {
  readonly kind: PresetName;
  readonly preset: Preset;
  /** Accepted issuers of access tokens; the first is the configured one, the only one of ID tokens and logout tokens. */
  readonly issuers: readonly [string, ...string[]];
  /** Accepted values of `aud` in access tokens. */
  readonly audiences: readonly string[];
  /** Whether `aud` must be there; where it need not, it must be right all the same. */
  readonly needsAudience: boolean;
  /** Accepted values of `client_id` in access tokens; undefined: whoever got it may use it. */
  readonly clients: readonly string[] | undefined;
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
  const resource = audiences.find(isResource);
  return { clientId, audience, api: (audience ?? clientId).replace(/^api:\/\//, ''), resource };
}

/** Puts values into `{placeholders}`. @returns undefined where one has none */
export function fillIn(template: string, values: Values): string | undefined {
  let complete = true;
  const text = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete ? text : undefined;
}

/** Fills in every value of a table; entries for which there is no value are left out. */
export function fillInAll(table: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  const filled = Object.entries(table).map(([name, template]) => [name, fillIn(template, values)] as const);
  return Object.fromEntries(filled.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The table of a provider's kind with what the settings say of it. Depends on them alone; asks nobody. */
export function profileOf(settings: ProviderSettings): ProviderProfile {
  const kind = settings.preset ?? presetOf(settings.issuer);
  const preset = presets[kind];
  const { issuer } = settings;
  const values = knownValues(settings);
  const filled = (templates: readonly string[]) =>
    templates.map((template) => fillIn(template, values)).filter((value) => value !== undefined);
  const requestPrefix = settings.scopePrefix ?? fillIn(preset.scopePrefix, values) ?? '';
  const named = settings.audiences.length > 0 ? settings.audiences : filled(preset.accepts);
  const accepted = [...new Set([...filled(preset.alwaysAccepts), ...named])];
  return {
    kind,
    preset,
    issuers: [issuer, ...otherIssuers(preset, issuer)],
    ...boundTo(preset, accepted),
    requestPrefix,
    tokenPrefix: preset.prefixInTokens ? requestPrefix : '',
    authorizeParams: authorizeParams(preset, settings, values),
    scopes: settings.scopes,
  };
}

/** Resource indicators are absolute URIs (RFC 8707 §2); the ids of clients never look like one. */
const isResource = (entry: string) => entry.includes('://');

/** How access tokens must name what they are for. @param accepted values, whichever claim they are meant for */
function boundTo(
  { boundBy }: Preset,
  accepted: readonly string[],
): Pick<ProviderProfile, 'audiences' | 'needsAudience' | 'clients'> {
  if (boundBy === 'aud') return { audiences: accepted, needsAudience: true, clients: undefined };
  const resources = accepted.filter(isResource);
  const clients = accepted.filter((entry) => !isResource(entry));
  const needsAudience = resources.length > 0;
  return { audiences: needsAudience ? resources : clients, needsAudience, clients };
}

function otherIssuers(preset: Preset, issuer: string): string[] {
  const known = knownIssuer(preset, issuer);
  return known?.others.map((other) => issuer.replace(known.pattern, other)) ?? [];
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
