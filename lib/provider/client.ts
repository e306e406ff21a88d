import type { Log, ProviderSettings, WorkUnderWay } from '../config';

import { type CachedDocument, type Clock, type Fetch, isRemoteError } from '../remote';
import type { ProviderMetadata } from './discovery';
import { baseScopes, type ProviderProfile, signOutUrl } from './profile';
import { refreshParameters, resourceParameters } from './refresh-parameters';
import { RelayLimit } from './relay-limit';
import type { RefreshCall } from './token-answer';
import {
  type CodeExchange,
  clientCredentials,
  exchangeCode,
  refreshGrant,
  revoke,
  type TokenAnswer,
  type TokenEndpointOptions,
} from './token-endpoint';
import { askUserinfo } from './userinfo';

export interface ProviderClientOptions {
  readonly settings: ProviderSettings;
  readonly profile: ProviderProfile;
  readonly metadata: CachedDocument<ProviderMetadata>;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
  /** What a stop of the process waits for. */
  readonly work: WorkUnderWay;
}

/** Codes that are at the provider at a time, in this process. */
const maxRelays = 20;

/** This app as a client of the provider: everything that is asked of it with the client's own credentials. */
export class ProviderClient {
  private readonly relays = new RelayLimit(maxRelays);

  constructor(private readonly options: ProviderClientOptions) {}

  /** The call to the token endpoint, as soon as that is known. */
  async prepareRefresh(): Promise<(call: RefreshCall) => Promise<TokenAnswer>> {
    const { profile } = this.options;
    const { metadata, ...endpoint } = await this.tokenEndpoint();
    return ({ refreshToken, scopes: granted, timeLimit }) => {
      const more = refreshParameters(profile, { granted, asked: baseScopes(profile, metadata) });
      return refreshGrant(endpoint, { refreshToken, more, timeLimit });
    };
  }

  /** Redeems a code, unless too many are being redeemed: strangers can make this app ask for made-up ones. */
  async redeemCode(request: CodeExchange): Promise<TokenAnswer> {
    const { profile } = this.options;
    const answer = await this.relays.run(() =>
      this.askTokenEndpoint((endpoint) => exchangeCode(endpoint, request, resourceParameters(profile))),
    );
    if (answer !== 'full') return answer;
    return {
      outcome: 'unavailable',
      reason: `${maxRelays} other sign-ins are being finished at this moment`,
    };
  }

  /** What UserInfo says of somebody, where it can be had. Never rejects: a name is not worth a sign-in. */
  async userinfo(input: { accessToken: string; subject: string }) {
    const { metadata, fetch, log } = this.options;
    try {
      const { userinfo_endpoint: url } = await metadata.get();
      return url === undefined ? undefined : await askUserinfo({ fetch, url, ...input });
    } catch (error) {
      log.warn({ event: 'userinfo_not_used', reason: (error as Error).message });
      return undefined;
    }
  }

  /** Where to end the provider's own session, and come back from. @returns `home` where it has no such place */
  async signOutUrl(home: string, idToken: string | undefined): Promise<string> {
    const { settings, profile, metadata } = this.options;
    const discovered = await metadata.get().catch(() => undefined);
    const known = discovered ?? { end_session_endpoint: settings.endpoints.endSession };
    return signOutUrl(profile, known, { clientId: settings.clientId, home, idToken }) ?? home;
  }

  /** Takes a token back that nobody will use. Keeps nobody waiting but a stop. */
  revokeUnused(refreshToken: string | undefined): void {
    const { work, log } = this.options;
    if (refreshToken === undefined) return;
    const revoking = this.revoke(refreshToken).catch((error: unknown) =>
      log.warn({ event: 'revocation_failed', reason: String(error) }),
    );
    void work.track(revoking);
  }

  /** One after another. Never rejects. */
  async revokeAll(tokens: readonly { readonly refreshToken: string | undefined }[]): Promise<void> {
    for (const { refreshToken } of tokens) {
      if (refreshToken !== undefined) await this.revoke(refreshToken);
    }
  }

  /** Where the provider has an endpoint for it (RFC 7009). Never rejects. */
  async revoke(refreshToken: string): Promise<void> {
    const { fetch, log } = this.options;
    const metadata = await this.options.metadata.get().catch(() => undefined);
    if (!metadata?.revocation_endpoint) return;
    const client = this.credentials(metadata);
    const revoked = await revoke({ fetch, url: metadata.revocation_endpoint, client }, refreshToken);
    if (!revoked) log.warn({ event: 'revocation_failed' });
  }

  private async askTokenEndpoint(
    ask: (endpoint: TokenEndpointOptions) => Promise<TokenAnswer>,
  ): Promise<TokenAnswer> {
    try {
      return await ask(await this.tokenEndpoint());
    } catch (error) {
      const permanent = isRemoteError(error) && !error.passes;
      return { outcome: 'unavailable', reason: (error as Error).message, permanent };
    }
  }

  private async tokenEndpoint() {
    const metadata = await this.tokenEndpointMetadata();
    const client = this.credentials(metadata);
    return { fetch: this.options.fetch, url: metadata.token_endpoint, client, metadata };
  }

  private credentials(metadata: Parameters<typeof clientCredentials>[1]) {
    return clientCredentials(this.options.settings, metadata, this.options.clock);
  }

  /** What discovery says of the token endpoint; one that is set by hand does not wait for it. */
  private async tokenEndpointMetadata() {
    const { settings, metadata } = this.options;
    const { token } = settings.endpoints;
    return token === undefined ? metadata.get() : { ...metadata.peek(), token_endpoint: token };
  }
}
