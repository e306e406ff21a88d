import { Notice } from '../components/notice';
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
  if (!trouble || trouble.kind === 'fields' || trouble.kind === 'conflict') return null;
  const canRetry = onRetry && (trouble.kind === 'network' || trouble.kind === 'other');
  return (
    <Notice tone="bad" role="alert">
      <p>
        {sentence(trouble)} {kept}
      </p>
      {trouble.kind === 'signed-out' ? (
        <a href={desk.signInHref} className="button">
          Sign in again
        </a>
      ) : null}
      {trouble.kind === 'needs-scope' ? <Missing scope={trouble.scope} desk={desk} /> : null}
      {canRetry ? (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      ) : null}
    </Notice>
  );
}

function sentence(trouble: Exclude<Trouble, { kind: 'fields' | 'conflict' }>): string {
  switch (trouble.kind) {
    case 'signed-out':
      return 'Your session has ended.';
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
