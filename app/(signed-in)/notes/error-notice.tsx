import { loginHref } from '../../components/login-href';
import { Notice } from '../../components/notice';
import { PlainLink } from '../../components/plain-link';
import { useSession } from '../../components/session-watch/session-watch';
import { rememberStepUp } from '../../components/step-up';
import type { NoteError } from './notes-api';
import { NeedsScope, useNotesContext } from './notes-context';

interface ErrorNoticeProps {
  error: NoteError | undefined;
  /** Says that nothing typed is lost. */
  kept?: string;
  onRetry?: () => void;
  /** What is being done, and whether somebody has just signed in for it. */
  stepUp?: { what: string; returned: boolean };
}

/** What went wrong, and the way on. Wrong fields are told beside the fields, conflicts by whoever can settle them. */
export function ErrorNotice({ error, kept, onRetry, stepUp }: ErrorNoticeProps) {
  const { shown } = useSession();
  if (!error || error.kind === 'fields' || error.kind === 'conflict') return null;
  if (error.kind === 'signed-out') {
    if (shown.kind === 'someone-else') return <ErrorNotice error={shown} />;
    return <SignedOut kept={kept} onRetry={onRetry} />;
  }
  const canRetry = onRetry && (error.kind === 'network' || error.kind === 'other');
  return (
    <Notice tone="bad" role="alert">
      <p>
        {sentence(error)} {kept}
      </p>
      {error.kind === 'needs-sign-in' ? <MoreSignIn {...error} {...stepUp} /> : null}
      {error.kind === 'needs-scope' ? <MissingScope {...error} /> : null}
      {canRetry ? <TryAgain onRetry={onRetry} /> : null}
    </Notice>
  );
}

/** Its reason, and the way back, are told by the frame around the page; signed in again, there is only to repeat. */
function SignedOut({ kept, onRetry }: Pick<ErrorNoticeProps, 'kept' | 'onRetry'>) {
  const { shown, unauthorized, signInHref } = useSession();
  if (unauthorized || shown.kind === 'ended') {
    const refused = shown.kind === 'ended' && shown.reason === 'refused';
    return (
      <Notice tone="bad" role="alert">
        <p>
          {refused ? 'Your access token is not accepted any more.' : 'Your session has ended.'} {kept}
        </p>
        <PlainLink href={signInHref} className="button">
          Sign in again
        </PlainLink>
      </Notice>
    );
  }
  return (
    <Notice role="status">
      <p>You are signed in again. {kept}</p>
      {onRetry ? <TryAgain onRetry={onRetry} /> : null}
    </Notice>
  );
}

function TryAgain({ onRetry }: { onRetry: () => void }) {
  return (
    <button type="button" className="button" onClick={onRetry}>
      Try again
    </button>
  );
}

function MissingScope({ scope, signInHref }: { scope: string; signInHref?: string }) {
  const permission = Object.values(useNotesContext().permissions).find((one) => one.scope === scope);
  return permission ? <NeedsScope permission={{ ...permission, ...(signInHref && { signInHref }) }} /> : null;
}

/** The sign-in that a refusal asks for, unless it would change nothing, or has just changed nothing. */
function MoreSignIn({
  because,
  silent,
  maxAge,
  acrValues,
  signInHref,
  what,
  returned = false,
}: Extract<NoteError, { kind: 'needs-sign-in' }> & { what?: string; returned?: boolean }) {
  const permissions = Object.values(useNotesContext().permissions);
  const scopes = permissions.filter(({ allowed }) => allowed).map(({ scope }) => scope);
  const href = signInHref ?? loginHref({ returnTo: '/notes', scopes, maxAge, acrValues });
  if (silent || returned) {
    return (
      <p>
        {because} {returned ? 'You have just signed in, so another sign-in will not help.' : null} Whoever
        runs this app can have the provider say more in its tokens.
      </p>
    );
  }
  return (
    <>
      <p>{because}</p>
      <PlainLink href={href} onClick={() => what && rememberStepUp(what)} className="button">
        Sign in again
      </PlainLink>
    </>
  );
}

function sentence(error: Exclude<NoteError, { kind: 'signed-out' | 'fields' | 'conflict' }>): string {
  switch (error.kind) {
    case 'someone-else':
      return `You are signed in as ${error.name} now. This would be saved as theirs, so it was not saved.`;
    case 'needs-scope':
      return 'Your token does not permit this.';
    case 'needs-sign-in':
      return 'This needs a more recent or a stronger sign-in.';
    case 'gone':
      return 'This note no longer exists: it was deleted elsewhere.';
    case 'network':
      return 'The server could not be reached, or did not answer. Check your connection.';
    case 'other':
      return error.message;
  }
}
