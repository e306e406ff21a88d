import type { Metadata } from 'next';
import { isOnThisMachine } from '@/lib/server/inspect';
import { requireViewer } from '@/lib/server/viewer';
import { Notice } from '../components/notice';
import { PageHeading } from '../components/page-heading';
import { InspectForm } from './inspect-form';

export const metadata: Metadata = { title: 'Inspect' };

const path = '/inspect';

interface InspectPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function InspectPage({ searchParams }: InspectPageProps) {
  if (!(await isOnThisMachine())) await requireViewer(path);
  const { refused } = await searchParams;
  return (
    <div className="space-y-6">
      <PageHeading title="Inspect a token">
        What this API would say to it, why, and what to change. It is judged on this server by the rules of
        every request, and is neither stored nor logged.
      </PageHeading>
      {refused === 'address' ? <AddressRefused /> : null}
      <InspectForm />
    </div>
  );
}

/** Where the middleware has taken a token out of the address. */
function AddressRefused() {
  return (
    <Notice tone="warn" role="status">
      <p>
        A token in an address is not looked at, on purpose: addresses end up in histories, in logs and with
        other sites. It was taken out of this one. Paste it below instead, and treat it as seen by others.
      </p>
    </Notice>
  );
}
