import 'server-only';
import { WorkUnderWay } from '../config';
import {
  discover,
  metadataByHand,
  ProviderClient,
  type ProviderMetadata,
  type ProviderProfile,
  profileOf,
  providerFetch,
} from '../provider';

import { type CachedDocument, cachedDocument, type Fetch } from '../remote';
import { currentConfig } from './config';
import { log } from './log';
import { perProcess } from './per-process';

/** The configured provider as this app deals with it. */
export function providerProfile(): ProviderProfile {
  return perProcess('provider-profile', () => profileOf(currentConfig().provider));
}

/** The origins that the provider's own pages come from, as far as they are known without asking it. */
export function providerOrigins(): string[] {
  const { issuer, endpoints } = currentConfig().provider;
  const urls = [issuer, endpoints.authorization ?? providerMetadata().peek()?.authorization_endpoint];
  return [...new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).origin))];
}

/** Asks something of the provider, as {@link providerFetch} says. */
export const askProvider: Fetch = (url, init) =>
  perProcess('provider-fetch', () => providerFetch(currentConfig().proxy))(url, init);

/** The provider's metadata, discovered when first needed and kept as {@link cachedDocument} says. */
export function providerMetadata(): CachedDocument<ProviderMetadata> {
  return perProcess('provider-metadata', () => {
    const { provider } = currentConfig();
    return cachedDocument({
      load: () => discover(askProvider, provider),
      fallback: metadataByHand(provider),
      clock: Date.now,
      maxAge: provider.jwksMaxAge,
      onFailure: (error) => log().warn({ event: 'discovery_failed', reason: error.message }),
    });
  });
}

/** What the stop of this process waits for. */
export function workUnderWay(): WorkUnderWay {
  return perProcess('work-under-way', () => new WorkUnderWay());
}

/** This app as a client of the provider. */
export function providerClient(): ProviderClient {
  return perProcess(
    'provider-client',
    () =>
      new ProviderClient({
        settings: currentConfig().provider,
        profile: providerProfile(),
        metadata: providerMetadata(),
        fetch: askProvider,
        clock: Date.now,
        log: log(),
        work: workUnderWay(),
      }),
  );
}
