import type { JWK } from 'jose';
import type { ClientMetadata } from 'oidc-provider';
import { embeddedIssuer, type Personality } from '../lib/config/personality';
import { isLoopback } from '../lib/remote';
import type { Person } from './people';

/** One scope of the API as the consent page shows it. */
export interface OfferedScope {
  /** The action of the access table that it permits: `note:read`. People are granted actions, whatever the prefix. */
  action: string;
  /** The scope value as it stands in requests: `example:note:read`. What stands in tokens, the personality derives. */
  value: string;
  /** A few words for people: `Read notes`. */
  title: string;
  /** A sentence for people. */
  description: string;
}

/** Settings that people have at the real providers and that change what an app sees. */
export interface Quirks {
  /** Auth0: "Enable RBAC" and "Add Permissions in the Access Token". Default: on. */
  permissions?: boolean;
  /** Entra: `requestedAccessTokenVersion` of the API's registration. Default: 2. */
  tokenVersion?: 1 | 2;
  /** Entra: under which platform the redirect URI is registered. Default: `native`. */
  redirectUriType?: 'native' | 'spa';
  /** Entra: app roles that the machine client is assigned. Default: `note:read.all` and so on. */
  machineRoles?: readonly string[];
}

/** What the embedded identity provider needs to know to start. */
export interface IdentityProviderOptions {
  /** Which provider to behave like. */
  personality: Personality;
  /** Settings within that personality; only tests need them so far. */
  quirks?: Quirks;
  /** Issuer URL, e.g. `http://localhost:4000`; clients compare it exactly. What `embeddedIssuer` gives. */
  issuer: string;
  /** Address to listen on, e.g. `127.0.0.1`. */
  host: string;
  /** Port to listen on. */
  port: number;
  /** Public origin of the app, e.g. `http://localhost:3000`: gives redirect URIs and CORS. Loopback only. */
  appBaseUrl: string;
  /** Paths of the app that have metadata of their own, by which clients may name the API, e.g. `/api/mcp`. */
  apiPaths?: readonly string[];
  /** `aud` of access tokens where the personality has one, e.g. `https://api.claimcheck.local`. */
  audience: string;
  /** Lifetime of access tokens in seconds. */
  accessTokenTtl: number;
  /** Folder for signing keys and grants, e.g. `.data`; created with mode 0700 if missing. */
  dataDirectory: string;
  /** Private keys to sign with, in the order of the personality's. Default: made on the first start, and kept. */
  keys?: readonly JWK[] | undefined;
  /** The app's client secret, which makes it a confidential client. Default: none, and the app is a public client. */
  clientSecret?: string;
  /** The app's public keys: it then signs in by `private_key_jwt`, and no secret will do. */
  clientKeys?: readonly JWK[];
  /** Clients of somebody else's app, in place of ours. Every address of theirs is on loopback. */
  clients?: readonly ClientMetadata[];
  /** Who can sign in. Default: the table of `people.ts`. */
  people?: readonly Person[];
  /** Opens `/control/…` to whoever sends this; for tests. Default: it is not there. */
  controlToken?: string;
  /** Whether a refresh token is replaced when it is used. Default: as the personality does. */
  refreshRotation?: boolean;
  /** Scopes of the API in the order in which people are shown them. */
  scopes: readonly OfferedScope[];
  /** How long a sign-out waits for an app that it tells of it, in milliseconds. Default: 2,000. */
  backchannelTimeout?: number;
  /** Told of failures that are the provider's own. Default: a process warning without request data. */
  onServerError?: (error: unknown) => void;
}

/**
 * Refuses to serve anything but a loopback app: everyone on earth knows the passwords of this provider.
 * @throws TypeError naming the option and the fix.
 */
export function assertLoopbackOnly(options: IdentityProviderOptions): void {
  const { personality, issuer, port, appBaseUrl, clients = [] } = options;
  const addresses = clients.flatMap(({ redirect_uris = [], post_logout_redirect_uris = [] }) => [
    ...redirect_uris,
    ...post_logout_redirect_uris,
  ]);
  for (const [name, value] of [
    ...Object.entries({ issuer, appBaseUrl }),
    ...addresses.map((address) => ['an address of a client', address] as const),
  ]) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !isLoopback(url.hostname)) {
      throw new TypeError(
        `The embedded identity provider is for development: ${name} must be a loopback URL such as ` +
          'http://localhost:3000. For any other address, set OIDC_ISSUER to a real provider.',
      );
    }
  }
  const expected = new URL(embeddedIssuer(personality, port)).pathname;
  if (new URL(issuer).pathname !== expected) throw new TypeError(`issuer must have the path ${expected}`);
}
