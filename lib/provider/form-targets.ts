import 'server-only';
import { currentConfig } from '../config';
import { providerMetadata } from './index';

/** Origins where a form of ours may end up: the provider's, as far as they are known without asking it. */
export function formTargets(): string[] {
  const { provider } = currentConfig();
  const metadata = providerMetadata().peek();
  const urls = [
    provider.issuer,
    provider.endpoints.endSession,
    metadata?.end_session_endpoint,
    // Sign-out is beside it where discovery lists no place of its own.
    metadata?.authorization_endpoint,
  ];
  return [...new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).origin))];
}
