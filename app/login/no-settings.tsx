import { Notice } from '../components/notice';
import { PlainLink } from '../components/plain-link';

interface NoSettingsProps {
  issuer: string;
  reason: string;
  /** For whoever runs the app. */
  hint: string;
  /** Whether whoever looks may see the status page without being signed in. */
  local: boolean;
  /** Whether waiting may help. */
  passes: boolean;
  query: Record<string, string | string[] | undefined>;
}

/** In place of the sign-in form while the provider cannot be reached or does not say what is needed. */
export function NoSettings({ issuer, reason, hint, local, passes, query }: NoSettingsProps) {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one ?? '']),
  );
  return (
    <Notice tone="bad" role="alert">
      <h2 className="text-lg font-semibold">
        {passes ? 'Sign-in is not possible just now' : 'Sign-in cannot work as it is set up'}
      </h2>
      <p className="wrap-anywhere">
        <code>{issuer}</code>: {reason}.{' '}
        {passes ? null : 'Waiting does not help: somebody has to change that.'}
      </p>
      <p className="text-sm text-ink wrap-anywhere">For whoever runs this app: {hint}</p>
      <p className="text-sm text-ink">
        In a shell, <code>npm run doctor</code> checks everything that sign-in needs.
      </p>
      <div className="flex flex-wrap gap-3">
        <PlainLink href={`/login?${new URLSearchParams(pairs)}`} className="button">
          Try again
        </PlainLink>
        {local ? (
          <PlainLink href="/status" className="button">
            See what is wrong
          </PlainLink>
        ) : null}
      </div>
    </Notice>
  );
}
