import { scopeFor } from '@/lib/access/actions';
import { currentConfig } from '@/lib/server/config';
import { providerProfile } from '@/lib/server/provider';
import { viewerOrNobody } from './components/frame/viewer-or-nobody';
import { TryWithCurl } from './components/home/try-with-curl';
import { Welcome } from './components/home/welcome';
import { WhatYouCanDo } from './components/home/what-you-can-do';
import { RequestPath } from './components/request-path';
import { Section } from './components/section';

export default async function StartPage() {
  const { baseUrl, provider } = currentConfig();
  const { requestPrefix } = providerProfile();
  const who = await viewerOrNobody();
  return (
    <div className="space-y-10">
      {who.state === 'signed-in' ? (
        <WhatYouCanDo who={who} prefix={requestPrefix} />
      ) : (
        <Welcome who={who} embedded={provider.embedded} />
      )}
      <Section id="path" title="The way of a request">
        <RequestPath explained />
      </Section>
      <TryWithCurl
        baseUrl={baseUrl}
        embeddedIssuer={provider.embedded ? provider.issuer : undefined}
        scope={scopeFor('note:read', requestPrefix)}
      />
    </div>
  );
}
