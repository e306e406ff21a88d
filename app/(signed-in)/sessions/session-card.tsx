import type { SessionSummary } from '@/lib/session';
import { LocalTime } from '../../components/local-time';
import { PostForm } from '../../components/post-form';
import { deviceInWords } from './device';

/** One place where somebody is signed in, and the button that ends it, unless it is the one in use. */
export function SessionCard({ session, isThis }: { session: SessionSummary; isThis: boolean }) {
  const { handle, device, createdAt, lastUsedAt, endsAt } = session;
  const name = deviceInWords(device);
  return (
    <li
      className={`card flex flex-wrap items-center justify-between gap-4 p-4! sm:flex-nowrap sm:p-5! ${isThis ? 'border-accent' : ''}`}
    >
      <div className="min-w-0 space-y-1">
        <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg font-semibold">
          <bdi className="wrap-anywhere">{name}</bdi>
          {isThis ? (
            <span className="rounded-full bg-tint px-3 py-0.5 text-sm font-medium text-accent">
              This session
            </span>
          ) : null}
        </h3>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-sm text-soft">
          <dt>Signed in</dt>
          <dd>
            <LocalTime at={createdAt} />
          </dd>
          <dt>Last used</dt>
          <dd>{isThis ? 'Now' : <LocalTime at={lastUsedAt} />}</dd>
          <dt>Ends by</dt>
          <dd>
            <LocalTime at={endsAt} />
          </dd>
        </dl>
      </div>
      {isThis ? null : (
        <PostForm
          action="/auth/sessions/end"
          fields={{ session: handle }}
          className="button button-danger"
          busyText="Ending…"
        >
          End
          <span className="sr-only">the session of {name}</span>
        </PostForm>
      )}
    </li>
  );
}
