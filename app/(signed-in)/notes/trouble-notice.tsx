import { Notice } from '../../components/notice';
import { useSession } from '../../components/session-watch/session-watch';
import { type Desk, useDesk } from './desk';
import { NeedsScope } from './needs-scope';
import type { Trouble } from './trouble';

interface TroubleNoticeProps {
  trouble: Trouble | undefined;
  /** Says that nothing typed is lost. */
  kept?: string;
  onRetry?: () => void;
}

/** What went wrong, and the way on. Wrong fields are told beside the fields, conflicts by whoever can settle them. */
export function TroubleNotice({ trouble, kept, onRetry }: TroubleNoticeProps) {
  const desk = useDesk();
  const { shown } = useSession();
  if (!trouble || trouble.kind === 'fields' || trouble.kind === 'conflict') return null;
  if (trouble.kind === 'signed-out') {
    if (shown.kind === 'someone-else') return <TroubleNotice trouble={shown} />;
    return <SignedOut kept={kept} onRetry={onRetry} />;
  }
  const canRetry = onRetry && (trouble.kind === 'network' || trouble.kind === 'other');
  return (
    <Notice tone="bad" role="alert">
      <p>
        {sentence(trouble)} {kept}
      </p>
      {trouble.kind === 'needs-scope' ? <Missing scope={trouble.scope} desk={desk} /> : null}
      {canRetry ? (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      ) : null}
    </Notice>
  );
}

/** Its reason, and the way back, are told by the frame around the page; signed in again, there is only to repeat. */
function SignedOut({ kept, onRetry }: Pick<TroubleNoticeProps, 'kept' | 'onRetry'>) {
  const { shown, unauthorized, signInHref } = useSession();
  if (unauthorized || shown.kind === 'ended') {
    const refused = shown.kind === 'ended' && shown.reason === 'refused';
    return (
      <Notice tone="bad" role="alert">
        <p>
          {refused ? 'Your access token is not accepted any more.' : 'Your session has ended.'} {kept}
        </p>
        <a href={signInHref} className="button">
          Sign in again
        </a>
      </Notice>
    );
  }
  return (
    <Notice role="status">
      <p>You are signed in again. {kept}</p>
      {onRetry ? (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      ) : null}
    </Notice>
  );
}

function sentence(trouble: Exclude<Trouble, { kind: 'signed-out' | 'fields' | 'conflict' }>): string {
  switch (trouble.kind) {
    case 'someone-else':
      return `You are signed in as ${trouble.name} now. This would be saved as theirs, so it was not saved.`;
    case 'needs-scope':
      return 'Your token does not permit this.';
    case 'gone':
      return 'This note no longer exists: it was deleted elsewhere.';
    case 'network':
      return 'The server could not be reached, or did not answer. Check your connection.';
    case 'other':
      return trouble.message;
  }
}

function Missing({ scope, desk }: { scope: string; desk: Desk }) {
  const access = Object.values(desk.access).find((one) => one.scope === scope);
  return access ? <NeedsScope access={access} /> : null;
}
