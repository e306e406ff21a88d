import type { Metadata } from 'next';
import { Suspense } from 'react';
import { isOnThisMachine } from '@/lib/server/inspect';
import { requireViewer } from '@/lib/server/viewer';
import { PageHeading } from '../components/page-heading';
import { PlainLink } from '../components/plain-link';
import { Section } from '../components/section';
import { Diagnoses } from './diagnoses';
import { Kept } from './kept';
import { Waiting } from './waiting';

export const metadata: Metadata = { title: 'Status' };

const path = '/status';

export default async function StatusPage() {
  if (!(await isOnThisMachine())) await requireViewer(path);
  return (
    <div className="space-y-8">
      <div>
        <PageHeading title="Status">
          Whether people can sign in here: your settings, held against what the provider says just now. In a
          shell, <code>npm run doctor</code> shows the same, before the app has started too.
        </PageHeading>
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <PlainLink href={path} className="button">
            Check again
          </PlainLink>
          <PlainLink href="/inspect" className="link">
            Inspect a token
          </PlainLink>
        </div>
      </div>
      <Section id="diagnoses" title="Checks">
        <Suspense fallback={<Waiting />}>
          <Diagnoses />
        </Suspense>
      </Section>
      <Section id="kept" title="What is kept of the provider">
        <Suspense fallback={null}>
          <Kept />
        </Suspense>
      </Section>
    </div>
  );
}
