/**
 * One run for all who ask while it is under way or within `keptFor` milliseconds of its end. A run that fails is
 * forgotten at once.
 */
export function sharedRun<T>(
  run: () => Promise<T>,
  { clock, keptFor }: { clock: () => number; keptFor: number },
): () => Promise<T> {
  let latest: { readonly result: Promise<T>; endedAt: number } | undefined;
  return () => {
    if (latest && clock() - latest.endedAt < keptFor) return latest.result;
    const current = { result: run(), endedAt: Number.POSITIVE_INFINITY };
    latest = current;
    current.result.then(
      () => {
        current.endedAt = clock();
      },
      () => {
        if (latest === current) latest = undefined;
      },
    );
    return current.result;
  };
}
