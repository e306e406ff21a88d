import 'server-only';
import { currentConfig } from '../config';
import { providerMetadata } from './index';

/**
 * Origins where a form of ours may end up: the provider's, whose sign-out a browser is led to.
 * @param known whether to wait for discovery, which some providers need to name the host of their endpoints
 */
export async function formTargets(known: boolean): Promise<string[]> {
  const { provider } = currentConfig();
  const cache = providerMetadata();
  const metadata = known ? await cache.get().catch(() => cache.peek()) : cache.peek();
  const urls = [
    provider.issuer,
    provider.endpoints.endSession,
    metadata?.end_session_endpoint,
    // Sign-out is beside it where discovery lists no place of its own.
    metadata?.authorization_endpoint,
  ];
  return [...new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).origin))];
}
