import { allActions, scopeFor } from '../access/actions';
import type { Config, ProviderSettings } from '../config';
import type { MigrationState } from '../db';
import {
  baseScopes,
  clientCredentials,
  discover,
  exchangeCode,
  metadataByHand,
  type ProviderMetadata,
  type ProviderProfile,
  profileOf,
  type TokenAnswer,
} from '../provider';

import { type Fetch, fetchJson, isRemoteError, RemoteError } from '../remote';
import { type KeySet, toKeySet } from '../token';
import { type AuthorizationVerdict, askAuthorization } from './authorization';
import { boundedFetch, type SeenTime } from './bounded-fetch';
import type { SeenToken } from './last-seen';

/** What the examination is made with. */
export interface Surroundings {
  readonly config: Config;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds for everything that is asked of the provider. */
  readonly budget: number;
  /** Whether this is the running app; otherwise its embedded provider need not be there yet. */
  readonly running: boolean;
  readonly store: () => Promise<StoreState>;
  /** What the last access token of a sign-in said, where one has been seen. */
  readonly seenToken?: () => SeenToken | undefined;
}

/** `absent`: there is no database file yet, but there can be one. */
export type StoreState =
  | { readonly state: 'there'; readonly migrations: MigrationState }
  | { readonly state: 'absent' };

/** A provider whose metadata is known. */
export interface KnownProvider {
  readonly metadata: ProviderMetadata;
  /** As configured, but with the issuer as the provider writes it. */
  readonly settings: ProviderSettings;
  readonly profile: ProviderProfile;
}

export type Discovery =
  | {
      readonly state: 'known';
      readonly provider: KnownProvider;
      /** What OIDC_ISSUER should be, where it lacks a slash at the end or has one too many. */
      readonly rightIssuer: string | undefined;
      /** Optional members of the document that make no sense, and count as absent. */
      readonly unreadable: readonly string[];
      /** Why discovery could not be had, where endpoints that are set by hand suffice. */
      readonly without: RemoteError | undefined;
    }
  | { readonly state: 'failed'; readonly failure: RemoteError }
  | { readonly state: 'not running' };

/** What diagnoses look at. Everything is asked for when first needed, and once, however many look at it. */
export interface Evidence {
  readonly config: Config;
  readonly running: boolean;
  /** By the settings alone. */
  readonly profile: ProviderProfile;
  readonly redirectUri: string;
  /** The start page, to which sign-out leads. */
  readonly home: string;
  discovery(): Promise<Discovery>;
  keySet(url: string): Promise<KeySet | RemoteError>;
  /** @throws never */
  authorization(provider: KnownProvider): Promise<AuthorizationVerdict>;
  /** What the token endpoint says to a code that nobody issued. */
  madeUpCode(provider: KnownProvider): Promise<TokenAnswer>;
  seenTime(): SeenTime | undefined;
  store(): Promise<StoreState>;
  seenToken(): SeenToken | undefined;
}

/** Scopes that a sign-in with every box ticked asks for. */
export function requestedScopes({ profile, metadata }: KnownProvider): string[] {
  return [
    ...baseScopes(profile, metadata),
    ...allActions.map((action) => scopeFor(action, profile.requestPrefix)),
  ];
}

export function gather({
  config,
  running,
  store,
  seenToken = () => undefined,
  ...asking
}: Surroundings): Evidence {
  const { fetch, seenTime } = boundedFetch(asking.fetch, asking);
  const redirectUri = `${config.baseUrl}/auth/callback`;
  return {
    config,
    running,
    profile: profileOf(config.provider),
    redirectUri,
    home: `${config.baseUrl}/`,
    discovery: once(() => discovery(fetch, config, running)),
    keySet: once((url: string) => keySet(fetch, url)),
    authorization: once((provider: KnownProvider) => {
      const { metadata, settings, profile } = provider;
      return askAuthorization(fetch, {
        endpoint: metadata.authorization_endpoint,
        clientId: settings.clientId,
        redirectUri,
        scopes: requestedScopes(provider),
        parameters: profile.authorizeParams,
      });
    }),
    madeUpCode: once(({ metadata, settings }: KnownProvider) => {
      const client = clientCredentials(settings, metadata, asking.clock);
      return exchangeCode(
        { fetch, url: metadata.token_endpoint, client },
        // 43 characters, as a verifier must have (RFC 7636 §4.1).
        { code: 'a-code-that-nobody-issued', codeVerifier: 'a-verifier-'.padEnd(43, 'x'), redirectUri },
      );
    }),
    seenTime,
    store: once(store),
    seenToken,
  };
}

function once<A extends readonly unknown[], T>(ask: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let answer: Promise<T> | undefined;
  return (...args) => {
    answer ??= ask(...args);
    return answer;
  };
}

const asRemoteError = (error: unknown) =>
  isRemoteError(error) ? error : new RemoteError('malformed', String(error), 'see the message');

async function discovery(fetch: Fetch, { provider: settings }: Config, running: boolean): Promise<Discovery> {
  const known = async (issuer: string, rightIssuer?: string): Promise<Discovery> => {
    const asWritten = { ...settings, issuer };
    const { value: metadata, unreadable } = await discover(fetch, asWritten);
    const provider = { metadata, settings: asWritten, profile: profileOf(asWritten) };
    return { state: 'known', provider, rightIssuer, unreadable, without: undefined };
  };
  try {
    return await known(settings.issuer);
  } catch (error) {
    const failure = asRemoteError(error);
    if (settings.embedded && !running && failure.found === 'ECONNREFUSED') return { state: 'not running' };
    const failed = () => byHand(settings, failure);
    return isSlashAway(failure, settings.issuer)
      ? known(failure.found, failure.found).catch(failed)
      : failed();
  }
}

/** Without discovery: what is set by hand, where that suffices. */
function byHand(settings: ProviderSettings, failure: RemoteError): Discovery {
  const metadata = metadataByHand(settings);
  if (!metadata) return { state: 'failed', failure };
  const provider = { metadata, settings, profile: profileOf(settings) };
  return { state: 'known', provider, rightIssuer: undefined, unreadable: [], without: failure };
}

/** Whether the provider calls itself the same but for a slash at the end: then the rest can be looked at all the same. */
function isSlashAway(failure: RemoteError, issuer: string): failure is RemoteError & { found: string } {
  const bare = (text: string) => text.replace(/\/$/, '');
  return failure.code === 'issuer_mismatch' && bare(failure.found ?? '') === bare(issuer);
}

async function keySet(fetch: Fetch, url: string): Promise<KeySet | RemoteError> {
  try {
    const { json } = await fetchJson(fetch, url);
    const { keys } = (typeof json === 'object' && json !== null ? json : {}) as { keys?: unknown };
    // Authentik publishes `{}` where no signing key is chosen: goauthentik/authentik#4824.
    return await toKeySet(Array.isArray(keys) ? keys.slice(0, 1_000) : []);
  } catch (error) {
    return asRemoteError(error);
  }
}
