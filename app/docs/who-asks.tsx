import type { Viewer } from '@/lib/access';
import { loginHref } from '../components/login-href';
import { PlainLink } from '../components/plain-link';

/** Whose session the requests go with, and the sign-in that gives them one, with its check boxes for scopes. */
export function WhoAsks({ who }: { who: Viewer }) {
  const href = loginHref({ returnTo: '/docs' });
  if (who.state === 'signed-in') {
    return (
      <p>
        Requests go with your session, as <b>{who.name}</b>.{' '}
        <PlainLink href={href} className="link">
          Sign in with other scopes
        </PlainLink>
      </p>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
      You are not signed in: what needs a token answers 401.
      <PlainLink href={href} className="button">
        Authorize
      </PlainLink>
    </p>
  );
}
