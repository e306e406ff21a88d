import 'server-only';
import { currentConfig } from '../config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { type CachedDocument, cachedDocument } from './cached-document';
import { discover, type ProviderMetadata } from './discovery';
import { type ProviderProfile, profileOf } from './profile';

/** The configured provider as this app deals with it. */
export function providerProfile(): ProviderProfile {
  return perProcess('provider-profile', () => profileOf(currentConfig().provider));
}

/** The provider's metadata, discovered when first needed and kept as {@link cachedDocument} says. */
export function providerMetadata(): CachedDocument<ProviderMetadata> {
  return perProcess('provider-metadata', () => {
    const { provider } = currentConfig();
    return cachedDocument({
      load: () => discover(fetch, provider),
      clock: Date.now,
      maxAge: provider.jwksMaxAge,
      onFailure: (error) => log().warn({ event: 'discovery_failed', reason: error.message }),
    });
  });
}
