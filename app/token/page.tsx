import type { Metadata } from 'next';
import { requireViewer, viewer } from '@/lib/access/viewer';
import { currentConfig } from '@/lib/config';
import { explainToken } from '@/lib/token';
import { CannotShow } from '../components/cannot-show';
import { PageHeading } from '../components/page-heading';
import { Checks } from './checks';
import { claimMeanings, headerMeanings } from './claim-meanings';
import { Claims } from './claims';
import { RevealOff, RevealToken } from './reveal-token';
import { Scopes } from './scopes';
import { TimeLeft } from './time-left';

export const metadata: Metadata = { title: 'Token' };

const path = '/token';

export default async function TokenPage() {
  const obstacle = await viewer();
  if (obstacle.state === 'unavailable' || obstacle.state === 'refused')
    return <CannotShow who={obstacle} path={path} />;
  const { token, rawToken, name } = await requireViewer(path);
  const { provider, reveal } = currentConfig();
  return (
    <div className="space-y-8">
      <div>
        <PageHeading title="Your access token">
          What your provider says about {name}, verified against its published keys a moment ago.
        </PageHeading>
        <TimeLeft expiresAt={token.expiresAt} now={Date.now() / 1000} />
      </div>
      <Section id="scopes" title="Scopes and what they unlock">
        <Scopes granted={token.scopes} prefix={provider.scopePrefix} path={path} />
      </Section>
      <Section id="claims" title="Verified claims">
        <Claims claims={token.claims} meanings={claimMeanings} other="A claim of your provider's own." />
      </Section>
      <Section id="header" title="Header">
        <Claims
          claims={token.header}
          meanings={headerMeanings}
          other="A header member of your provider's own."
        />
      </Section>
      <Section id="checks" title="Checks">
        <Checks checks={await explainToken(rawToken)} />
      </Section>
      <Section id="raw" title="Raw token">
        {reveal ? <RevealToken /> : <RevealOff />}
      </Section>
    </div>
  );
}

function Section({ id, title, children }: { id: string; title: string; children: React.ReactNode }) {
  return (
    <section aria-labelledby={id} className="space-y-4">
      <h2 id={id} className="text-xl font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}
