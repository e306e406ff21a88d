/** One scope of the API as the consent page shows it. */
export interface OfferedScope {
  /** The action of the access table that it permits: `note:read`. People are granted actions, whatever the prefix. */
  action: string;
  /** The scope value as it stands in requests and tokens: `example:note:read`. */
  value: string;
  /** A few words for people: `Read notes`. */
  title: string;
  /** A sentence for people. */
  description: string;
}

/** What the embedded identity provider needs to know to start. */
export interface IdentityProviderOptions {
  /** Issuer URL, e.g. `http://localhost:4000`; clients compare it exactly. Loopback, no path. */
  issuer: string;
  /** Address to listen on, e.g. `127.0.0.1`. */
  host: string;
  /** Port to listen on. */
  port: number;
  /** Public origin of the app, e.g. `http://localhost:3000`: gives redirect URIs and CORS. Loopback only. */
  appBaseUrl: string;
  /** `aud` of access tokens, e.g. `https://api.claimcheck.local`. */
  audience: string;
  /** Lifetime of access tokens in seconds. */
  accessTokenTtl: number;
  /** Folder for signing keys and grants, e.g. `.data`; created with mode 0700 if missing. */
  dataDirectory: string;
  /** Scopes of the API in the order in which people are shown them. */
  scopes: readonly OfferedScope[];
  /** Told of failures that are the provider's own. Default: a process warning without request data. */
  onServerError?: (error: unknown) => void;
}

/** Whether a URL's host is this machine and nobody else's (RFC 6761 §6.3, RFC 1122 §3.2.1.3). */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

/**
 * Refuses to serve anything but a loopback app: everyone on earth knows the passwords of this provider.
 * @throws TypeError naming the option and the fix.
 */
export function assertLoopbackOnly({ issuer, appBaseUrl }: IdentityProviderOptions): void {
  for (const [name, value] of Object.entries({ issuer, appBaseUrl })) {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !isLoopback(url.hostname)) {
      throw new TypeError(
        `The embedded identity provider is for development: ${name} must be a loopback URL such as ` +
          'http://localhost:3000. For any other address, set OIDC_ISSUER to a real provider.',
      );
    }
  }
  if (new URL(issuer).pathname !== '/') throw new TypeError('issuer must have no path');
}
