import { Notice } from '../components/notice';
import { PlainLink } from '../components/plain-link';

/** For someone who has a session: on to where they were going, or sign in anew. */
export function AlreadySignedIn({ name, returnTo }: { name: string; returnTo: string }) {
  return (
    <Notice>
      <p>
        You are already signed in as <strong className="wrap-anywhere">{name}</strong>. Signing in again can
        change what your token permits, or who you are.
      </p>
      <PlainLink href={returnTo} className="button">
        Continue
      </PlainLink>
    </Notice>
  );
}
