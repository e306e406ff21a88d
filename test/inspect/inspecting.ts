import type { InspectOptions } from '../../lib/inspect';
import { profileOf, verifierOptions } from '../../lib/provider';
import { createVerifier, type ProviderKind } from '../../lib/token';
import { testSettings } from '../provider/settings';
import { acceptedAlgorithms, type TokenContext } from '../token/tokens';

/** What `inspect` takes, for the API of a {@link TokenContext}, by the keys of its provider and without any network. */
export function inspecting(
  context: TokenContext,
  { preset = 'generic', isDown = false }: { preset?: ProviderKind; isDown?: boolean } = {},
): InspectOptions {
  const { issuer, audience, clientId, clockTolerance, published } = context;
  const provider = testSettings({
    ...{ issuer, clientId, clockTolerance, preset, audiences: [audience], algorithms: acceptedAlgorithms },
    endpoints: { ...testSettings().endpoints, jwks: `${issuer}/keys` },
  });
  const clock = () => context.now * 1_000;
  const fetch = async () => {
    if (isDown) throw new TypeError('fetch failed');
    return Response.json({ keys: published });
  };
  const options = verifierOptions({ provider, baseUrl: 'https://app.example' });
  return { verifier: createVerifier({ ...options, fetch, clock }), profile: profileOf(provider), clock };
}
