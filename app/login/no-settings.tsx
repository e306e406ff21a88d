import { Notice } from '../components/notice';

interface NoSettingsProps {
  issuer: string;
  reason: string;
  /** For whoever runs the app. */
  hint: string;
  /** Whether whoever looks may see the status page without being signed in. */
  local: boolean;
  query: Record<string, string | string[] | undefined>;
}

/** In place of the sign-in form while the provider cannot be reached or does not say what is needed. */
export function NoSettings({ issuer, reason, hint, local, query }: NoSettingsProps) {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one ?? '']),
  );
  return (
    <Notice tone="bad" role="alert">
      <h2 className="text-lg font-semibold">Sign-in is not possible just now</h2>
      <p className="wrap-anywhere">
        <code>{issuer}</code>: {reason}
      </p>
      <p className="text-sm text-ink wrap-anywhere">For whoever runs this app: {hint}</p>
      <p className="text-sm text-ink">
        In a shell, <code>npm run doctor</code> checks everything that sign-in needs.
      </p>
      <div className="flex flex-wrap gap-3">
        <a href={`/login?${new URLSearchParams(pairs)}`} className="button">
          Try again
        </a>
        {local ? (
          <a href="/status" className="button">
            See what is wrong
          </a>
        ) : null}
      </div>
    </Notice>
  );
}
