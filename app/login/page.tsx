import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { connection } from 'next/server';
import { isLocal } from '@/lib/access';
import { safeReturnTo } from '@/lib/http/return-to';
import { currentConfig } from '@/lib/server/config';
import { providerProfile } from '@/lib/server/provider';
import { signInSettings } from '@/lib/server/sign-in';
import { AccountsHint } from '../components/accounts-hint';
import { viewerOrNobody } from '../components/frame/viewer-or-nobody';
import { Notice } from '../components/notice';
import { PageHeading } from '../components/page-heading';
import { PlainLink } from '../components/plain-link';
import { AlreadySignedIn } from './already-signed-in';
import { choices } from './choices';
import { NoSettings } from './no-settings';
import { reasonText, signInReason } from './reason';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

type Query = Promise<Record<string, string | string[] | undefined>>;

export default async function LoginPage({ searchParams }: { searchParams: Query }) {
  const query = await searchParams;
  // With Cache Components, Next renders pages ahead for a prefetch; what is asked of the provider goes by the clock.
  await connection();
  const returnTo = safeReturnTo(query.returnTo);
  const { provider, baseUrl, host: listensOn } = currentConfig();
  const local = isLocal({ host: (await headers()).get('host'), baseUrl, listensOn });
  const [who, found] = await Promise.all([viewerOrNobody(), signInSettings(query)]);
  // What is so now counts for more than what an address says.
  const refused = who.state === 'refused';
  const reason = refused ? 'refused' : signInReason(query.reason);
  const host = new URL(provider.issuer).host;
  return (
    <div className="mx-auto max-w-xl">
      <PageHeading title="Sign in">
        {provider.embedded ? 'The embedded provider in this app' : 'Your identity provider'} signs you in:{' '}
        <code className="text-ink">{provider.issuer}</code>
      </PageHeading>
      <div className="space-y-5">
        {reason ? (
          <Notice tone="warn" role="status">
            <p>{reasonText(reason)}</p>
            {refused ? (
              <PlainLink href="/token" className="button">
                See why it was refused
              </PlainLink>
            ) : null}
          </Notice>
        ) : null}
        {who.state === 'signed-in' ? <AlreadySignedIn name={who.name} returnTo={returnTo} /> : null}
        {found.ok ? (
          <SignInForm
            settings={found.settings}
            choices={choices(query.scope, providerProfile().requestPrefix)}
            returnTo={returnTo}
            host={host}
          />
        ) : (
          <NoSettings {...found} local={local} query={query} />
        )}
        {provider.embedded && found.ok ? (
          <div className="card text-sm">
            <AccountsHint />
          </div>
        ) : null}
      </div>
    </div>
  );
}
