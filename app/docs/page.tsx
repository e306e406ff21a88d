import type { Metadata } from 'next';
import { scopeFor } from '@/lib/access/actions';
import { withBasePath } from '@/lib/config/base-path';
import { providerProfile } from '@/lib/server/provider';
import { viewerOrNobody } from '../components/frame/viewer-or-nobody';
import { PageHeading } from '../components/page-heading';
import { PlainLink } from '../components/plain-link';
import { Explorer } from './explorer';
import { WhoAsks } from './who-asks';

export const metadata: Metadata = { title: 'API' };

const document = '/api/openapi.json';

/** The API, to read and to try. It holds no token: requests go with the session, as every other page's do. */
export default async function DocsPage() {
  const who = await viewerOrNobody();
  const { requestPrefix } = providerProfile();
  const actions = who.state === 'signed-in' ? who.actions : [];
  return (
    <>
      <PageHeading title="API">
        Every operation, the scope it needs and the refusals it knows, to try here. The same for programs:{' '}
        <PlainLink href={document} className="link">
          OpenAPI 3.1
        </PlainLink>
      </PageHeading>
      <div className="space-y-6">
        <WhoAsks who={who} />
        <Explorer
          document={withBasePath(document)}
          have={actions.map((action) => scopeFor(action, requestPrefix))}
        />
      </div>
    </>
  );
}
