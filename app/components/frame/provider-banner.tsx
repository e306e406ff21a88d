import { viewerOrNobody } from './viewer-or-nobody';

/** Tells someone with a session that the trouble is the provider's, not theirs. */
export async function ProviderBanner() {
  const { state } = await viewerOrNobody();
  if (state !== 'unavailable') return null;
  return (
    <div role="status" className="border-b border-warn/40 bg-warn-tint text-warn">
      <p className="mx-auto max-w-5xl px-4 py-3 sm:px-6">
        The sign-in provider cannot be used just now. You are still signed in; pages that need your token will
        be back when it can.
      </p>
    </div>
  );
}
