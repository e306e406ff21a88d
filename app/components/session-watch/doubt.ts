const name = 'claimcheck:session-in-doubt';

/** Says that the server refused a request of this page for want of a session. */
export function doubtSession(): void {
  window.dispatchEvent(new Event(name));
}

/** @returns what ends it */
export function onDoubt(act: () => void): () => void {
  window.addEventListener(name, act);
  return () => window.removeEventListener(name, act);
}
