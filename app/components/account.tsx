import { SignOut } from './sign-out';
import { viewerOrNobody } from './viewer-or-nobody';

/** Who is signed in and the way out, or the way in. */
export async function Account() {
  const who = await viewerOrNobody();
  if (who.state === 'signed-out' || who.state === 'refused') {
    // A plain link, here and wherever sign-in begins or ends: the frame must be drawn anew.
    return (
      <a href="/login" className="button button-main">
        Sign in
      </a>
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
      <SignOut />
    </div>
  );
}
