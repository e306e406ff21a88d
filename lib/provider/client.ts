import 'server-only';
import { currentConfig } from '../config';
import type { ProviderSettings } from '../config/config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { WorkUnderWay } from '../config/under-way';
import { askProvider, providerMetadata, providerProfile } from '../provider';
import { baseScopes, signOutUrl } from '../provider/profile';
import { refreshParameters, resourceParameters } from '../provider/refresh-parameters';
import {
  type CodeExchange,
  clientCredentials,
  exchangeCode,
  refreshGrant,
  revoke,
  type TokenAnswer,
  type TokenEndpointOptions,
} from '../provider/token-endpoint';
import { askUserinfo } from '../provider/userinfo';
import { isRemoteError } from '../remote';
import type { RefreshCall } from './refresh';
import { RelayLimit } from './relay-limit';
import type { SessionTokens } from './session';

/** What the stop of this process waits for. */
export function workUnderWay(): WorkUnderWay {
  return perProcess('work-under-way', () => new WorkUnderWay());
}

/** The call to the token endpoint, as soon as that is known. */
export async function prepareRefresh(): Promise<(call: RefreshCall) => Promise<TokenAnswer>> {
  const { metadata, ...endpoint } = await tokenEndpoint();
  const profile = providerProfile();
  return ({ refreshToken, scopes: granted, timeLimit }) => {
    const more = refreshParameters(profile, { granted, asked: baseScopes(profile, metadata) });
    return refreshGrant(endpoint, { refreshToken, more, timeLimit });
  };
}

/** Codes that are at the provider at a time, in this process. */
const maxRelays = 20;

/** Redeems a code, unless too many are being redeemed: strangers can make this app ask for made-up ones. */
export async function redeemCode(request: CodeExchange): Promise<TokenAnswer> {
  const limit = perProcess('relay-limit', () => new RelayLimit(maxRelays));
  const answer = await limit.run(() =>
    askTokenEndpoint((endpoint) => exchangeCode(endpoint, request, resourceParameters(providerProfile()))),
  );
  if (answer !== 'full') return answer;
  return { outcome: 'unavailable', reason: `${maxRelays} other sign-ins are being finished at this moment` };
}

async function askTokenEndpoint(
  ask: (endpoint: TokenEndpointOptions) => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  try {
    return await ask(await tokenEndpoint());
  } catch (error) {
    const permanent = isRemoteError(error) && !error.passes;
    return { outcome: 'unavailable', reason: (error as Error).message, permanent };
  }
}

async function tokenEndpoint() {
  const { provider } = currentConfig();
  const metadata = await tokenEndpointMetadata(provider);
  const client = clientCredentials(provider, metadata);
  return { fetch: askProvider, url: metadata.token_endpoint, client, metadata };
}

/** What discovery says of the token endpoint; one that is set by hand does not wait for it. */
function tokenEndpointMetadata({ endpoints }: ProviderSettings) {
  return endpoints.token === undefined
    ? providerMetadata().get()
    : { ...providerMetadata().peek(), token_endpoint: endpoints.token };
}

/** Never rejects: a name is not worth a sign-in. */
export async function userinfoOf(input: { accessToken: string; subject: string }) {
  try {
    const { userinfo_endpoint: url } = await providerMetadata().get();
    return url === undefined ? undefined : await askUserinfo({ fetch: askProvider, url, ...input });
  } catch (error) {
    log().warn({ event: 'userinfo_not_used', reason: (error as Error).message });
    return undefined;
  }
}

/** Where to end the provider's own session, and come back from. @returns `home` where it has no such place */
export async function providerSignOut(home: string, idToken: string | undefined): Promise<string> {
  const { provider } = currentConfig();
  const metadata = await providerMetadata()
    .get()
    .catch(() => undefined);
  const known = metadata ?? { end_session_endpoint: provider.endpoints.endSession };
  return signOutUrl(providerProfile(), known, { clientId: provider.clientId, home, idToken }) ?? home;
}

/** Keeps nobody waiting but a stop; the calls to the provider end by their own time-outs. */
export function revokeUnused(refreshToken: string | undefined): void {
  if (refreshToken === undefined) return;
  const revoking = revokeAtProvider(refreshToken).catch((error: unknown) =>
    log().warn({ event: 'revocation_failed', reason: String(error) }),
  );
  void workUnderWay().track(revoking);
}

/** Never rejects. */
export async function revokeAll(tokens: readonly SessionTokens[]): Promise<void> {
  for (const { refreshToken } of tokens) {
    if (refreshToken !== undefined) await revokeAtProvider(refreshToken);
  }
}

/** Where the provider has an endpoint for it (RFC 7009). Never rejects. */
export async function revokeAtProvider(refreshToken: string): Promise<void> {
  const { provider } = currentConfig();
  const metadata = await providerMetadata()
    .get()
    .catch(() => undefined);
  if (!metadata?.revocation_endpoint) return;
  const client = clientCredentials(provider, metadata);
  const revoked = await revoke(
    { fetch: askProvider, url: metadata.revocation_endpoint, client },
    refreshToken,
  );
  if (!revoked) log().warn({ event: 'revocation_failed' });
}
