import { scopeFor } from '@/lib/access/actions';
import { currentConfig } from '@/lib/server/config';
import { providerProfile } from '@/lib/server/provider';
import { Flow } from './components/home/flow';
import { TryWithCurl } from './components/home/try-with-curl';
import { WhoYouAre } from './components/home/who-you-are';

export default function StartPage() {
  const { baseUrl, provider } = currentConfig();
  const { requestPrefix } = providerProfile();
  return (
    <div className="space-y-10">
      <section className="max-w-3xl space-y-4">
        <h1 className="text-3xl font-semibold tracking-tight sm:text-4xl">
          See what your provider puts in a token, and whether an API would accept it
        </h1>
        <p className="text-lg text-soft">
          Claimcheck signs people in with OAuth authorization code and PKCE, verifies every access token
          against the provider's published keys, and lets people act on notes exactly as far as the token's
          scopes reach. Use it to look at your own provider, as a reference to copy from, or as an offline
          stand-in for a provider.
        </p>
      </section>
      <WhoYouAre embedded={provider.embedded} prefix={requestPrefix} />
      <Flow />
      <TryWithCurl
        baseUrl={baseUrl}
        embeddedIssuer={provider.embedded ? provider.issuer : undefined}
        scope={scopeFor('note:read', requestPrefix)}
      />
    </div>
  );
}
