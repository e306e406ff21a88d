import type { Clock } from '../remote';

/** How often at most something is said about one name. Milliseconds. */
const every = 60_000;

/**
 * Holds back what strangers could make a log say without end.
 * @param say told of a name at most once a minute, and how often it was held back since the last time. Names must come
 *   from a closed set: each of them is remembered.
 */
export function rateLimitedLog(
  clock: Clock,
  say: (name: string, heldBack: number) => void,
): (name: string) => void {
  const said = new Map<string, { readonly at: number; heldBack: number }>();
  return (name) => {
    const now = clock();
    const last = said.get(name);
    if (last && now - last.at < every) {
      last.heldBack++;
      return;
    }
    said.set(name, { at: now, heldBack: 0 });
    say(name, last?.heldBack ?? 0);
  };
}
