import type { Viewer } from '@/lib/access/viewer';
import { loginHref } from './login-href';
import { PageHeading } from './page-heading';

type Obstacle = Extract<Viewer, { state: 'unavailable' | 'refused' }>;

/** In place of a page that needs a verified token: why there is none, and the way on. */
export function CannotShow({ who, path }: { who: Obstacle; path: string }) {
  if (who.state === 'unavailable') {
    return (
      <>
        <PageHeading title={who.why?.title ?? 'The sign-in provider cannot be reached'}>
          Your token could not be checked, so this page has nothing to stand on. You are still signed in, and
          nothing is lost.
        </PageHeading>
        {who.why && !who.why.passes ? <p className="wrap-anywhere">{who.why.detail}</p> : null}
        <a href={path} className="button button-main">
          Try again
        </a>
      </>
    );
  }
  return (
    <>
      <PageHeading title="Your access token was refused">
        It failed the check <code>{who.check}</code>: {who.because}.
      </PageHeading>
      <div className="flex flex-wrap gap-3">
        <a href={loginHref({ returnTo: path })} className="button button-main">
          Sign in again
        </a>
        {who.rawToken === undefined ? null : (
          <a href="/token" className="button">
            See why it was refused
          </a>
        )}
      </div>
    </>
  );
}
