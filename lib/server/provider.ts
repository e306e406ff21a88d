import 'server-only';
import { currentConfig } from '../config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import type { Fetch } from '../remote';
import { type CachedDocument, cachedDocument } from '../remote';
import { discover, metadataByHand, type ProviderMetadata } from './discovery';
import { type ProviderProfile, profileOf } from './profile';
import { providerFetch } from './provider-fetch';

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
