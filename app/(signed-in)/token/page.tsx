import type { Metadata } from 'next';
import { readUnverified } from '@/lib/openid';
import { remedyFor } from '@/lib/provider/remedies';
import { currentConfig } from '@/lib/server/config';
import { providerProfile } from '@/lib/server/provider';
import { verifier } from '@/lib/server/verifier';
import { requireViewer } from '@/lib/server/viewer';
import { scopesOf, tokenTraits } from '@/lib/token';
import { PageHeading } from '../../components/page-heading';
import { Section } from '../../components/section';
import { Checks } from './checks';
import { claimMeanings, headerMeanings } from './claim-meanings';
import { Claims } from './claims';
import { RefusedToken } from './refused-token';
import { RevealOff, RevealToken } from './reveal-token';
import { Scopes } from './scopes';
import { TimeLeft } from './time-left';

export const metadata: Metadata = { title: 'Token' };

const path = '/token';

export default async function TokenPage() {
  const { reveal } = currentConfig();
  const profile = providerProfile();
  const raw = reveal ? <RevealToken /> : <RevealOff />;
  const who = await requireViewer(path, { refused: 'shown' });
  if (who.state === 'refused') {
    const { check, because, rawToken } = who;
    const refusal = { check, because, hint: remedyFor(profile.preset, check) };
    const unverified = readUnverified(rawToken);
    const scopes = scopesOf(unverified.claims ?? {}, tokenTraits[profile.kind].scopeClaims);
    return (
      <RefusedToken
        refusal={refusal}
        checks={await verifier().explain(rawToken)}
        unverified={{ ...unverified, scopes }}
        raw={raw}
      />
    );
  }
  const { token, rawToken, name } = who;
  return (
    <div className="space-y-8">
      <div>
        <PageHeading title="Your access token">
          What your provider says about {name}, verified against its published keys a moment ago.
        </PageHeading>
        <TimeLeft expiresAt={token.expiresAt} now={Date.now() / 1000} />
      </div>
      <Section id="scopes" title="Scopes and what they unlock">
        <Scopes
          granted={token.scopes}
          prefix={profile.tokenPrefix}
          askPrefix={profile.requestPrefix}
          path={path}
        />
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
        <Checks checks={await verifier().explain(rawToken)} />
      </Section>
      <Section id="raw" title="Raw token">
        {raw}
      </Section>
    </div>
  );
}
