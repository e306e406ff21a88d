import { PlainLink } from '../plain-link';
import { SignOut } from '../sign-out';
import { viewerOrNobody } from './viewer-or-nobody';

/** Who is signed in and the way out, or the way in. Somebody whose token is refused has a session to end, too. */
export async function Account() {
  const who = await viewerOrNobody();
  if (who.state === 'signed-out') {
    // A plain link, here and wherever sign-in begins or ends: the frame must be drawn anew.
    return (
      <PlainLink href="/login" className="button button-main">
        Sign in
      </PlainLink>
    );
  }
  return (
    <div className="flex min-w-0 items-center gap-3">
      {who.state === 'signed-in' ? (
        <span className="truncate text-sm text-soft" title={`Signed in as ${who.name}`}>
          <span className="sr-only">Signed in as </span>
          {who.name}
        </span>
      ) : null}
      {who.state === 'refused' ? (
        <span className="hidden sm:inline">
          <TokenRefused />
        </span>
      ) : null}
      <span className="shrink-0">
        <SignOut />
      </span>
    </div>
  );
}

/** The way to why it is refused. On phones it stands in the second row of the header: the first has no room for it. */
export function TokenRefused() {
  return (
    <PlainLink
      href="/token"
      className="link flex min-h-11 items-center text-sm whitespace-nowrap sm:min-h-10"
    >
      Token refused
    </PlainLink>
  );
}
