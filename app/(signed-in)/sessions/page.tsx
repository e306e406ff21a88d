import type { Metadata } from 'next';
import { requireViewer } from '@/lib/access/viewer';
import { currentConfig } from '@/lib/config';
import { sessionsOf } from '@/lib/session';
import { Notice } from '../../components/notice';
import { PageHeading } from '../../components/page-heading';
import { PostForm } from '../../components/post-form';
import { endedText } from './ended';
import { length } from './length';
import { SessionCard } from './session-card';
import { WaysOut } from './ways-out';

export const metadata: Metadata = { title: 'Sessions' };

const path = '/sessions';

type Query = Promise<Record<string, string | string[] | undefined>>;

export default async function SessionsPage({ searchParams }: { searchParams: Query }) {
  const { token, session: current } = await requireViewer(path);
  const { issuer, subject } = token;
  const all = await sessionsOf({ issuer, subject });
  const isThis = ({ handle }: { handle: string }) => handle === current?.handle;
  const others = all.filter((one) => !isThis(one));
  const ended = endedText((await searchParams).ended);
  return (
    <>
      <PageHeading title="Where you are signed in">
        In this app, on every browser and device. End what you do not know or no longer use: whoever looks at
        it has to sign in again.
      </PageHeading>
      <div className="max-w-2xl space-y-10">
        <section aria-labelledby="sessions" className="space-y-4">
          <h2 id="sessions" className="text-xl font-semibold">
            Sessions
          </h2>
          {ended ? (
            <Notice tone="good" role="status">
              <p>{ended}</p>
            </Notice>
          ) : null}
          <ul className="space-y-4">
            {[...all.filter(isThis), ...others].map((session) => (
              <SessionCard key={session.handle} session={session} isThis={isThis(session)} />
            ))}
          </ul>
          {others.length > 0 && current ? (
            <PostForm
              action="/auth/sessions/end"
              fields={{ others: 'all' }}
              className="button button-danger"
              busyText="Ending…"
            >
              End all others
            </PostForm>
          ) : null}
          {others.length === 0 ? <p className="text-soft">You are signed in here only.</p> : null}
          <p className="text-sm text-soft">
            A session that is not used for {length(currentConfig().session.idleTimeout)} ends by itself.
          </p>
        </section>
        <WaysOut />
      </div>
    </>
  );
}
