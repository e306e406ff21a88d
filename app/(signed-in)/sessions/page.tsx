import type { Metadata } from 'next';
import { currentConfig } from '@/lib/server/config';
import { sessions } from '@/lib/server/session';
import { requireViewer } from '@/lib/server/viewer';
import { Notice } from '../../components/notice';
import { PageHeading } from '../../components/page-heading';
import { PostForm } from '../../components/post-form';
import { Section } from '../../components/section';
import { SessionCard } from './session-card';
import { SignOutOptions } from './sign-out-options';

export const metadata: Metadata = { title: 'Sessions' };

const path = '/sessions';

type Query = Promise<Record<string, string | string[] | undefined>>;

export default async function SessionsPage({ searchParams }: { searchParams: Query }) {
  const { token, session: current } = await requireViewer(path);
  const { issuer, subject } = token;
  const all = await (await sessions()).list({ issuer, subject });
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
        <Section id="sessions" title="Sessions">
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
            A session that is not used for {inWords(currentConfig().session.idleTimeout)} ends by itself.
          </p>
        </Section>
        <SignOutOptions />
      </div>
    </>
  );
}

/**
 * What an ending of sessions came to, in a sentence.
 * @param ended the query's `ended`, from whoever wrote the address; anything but a small number says nothing
 */
function endedText(ended: unknown): string | undefined {
  if (typeof ended !== 'string' || !/^(0|[1-9]\d?)$/.test(ended)) return undefined;
  if (ended === '0') return 'No session was ended: there was none to end any more.';
  return ended === '1' ? 'One session was ended.' : `${ended} sessions were ended.`;
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A length of time in words, in the largest unit that it is a whole number of: `1 hour`, `90 minutes`. */
function inWords(seconds: number): string {
  const [unit, size] = units.find(([, one]) => seconds >= one && seconds % one === 0) ?? ['second', 1];
  const count = seconds / size;
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
}
