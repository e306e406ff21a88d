import { basePath } from '@/lib/config/base-path';

/** What the tabs of one browser tell each other. It proves nothing: whoever hears it asks the server. */
const messages = ['signed-in', 'signed-out', 'ended'] as const;
export type Message = (typeof messages)[number];

/**
 * Named after the base path: another app of this origin has sessions of its own. One for the whole page: a page hears every
 * channel of its own but the one it speaks on.
 */
let channel: BroadcastChannel | undefined;

/** Without channels, which some browsers lack or forbid, tabs find out when they are looked at. */
function onChannel<T>(act: (open: BroadcastChannel) => T): T | undefined {
  try {
    channel ??= new BroadcastChannel(`claimcheck${basePath()}`);
    return act(channel);
  } catch {
    return undefined;
  }
}

export function tellOtherTabs(message: Message): void {
  onChannel((open) => open.postMessage(message));
}

/** @returns what ends it */
export function listenToOtherTabs(act: (message: Message) => void): () => void {
  const onMessage = ({ data }: MessageEvent<unknown>) => {
    const message = messages.find((one) => one === data);
    if (message) act(message);
  };
  onChannel((open) => open.addEventListener('message', onMessage));
  return () => onChannel((open) => open.removeEventListener('message', onMessage));
}

const unauthorized = 'claimcheck:unauthorized';

/** Tells this page that the server answered one of its requests with 401: its session may be over. */
export function reportUnauthorized(): void {
  window.dispatchEvent(new Event(unauthorized));
}

/** @returns what ends it */
export function onUnauthorized(act: () => void): () => void {
  window.addEventListener(unauthorized, act);
  return () => window.removeEventListener(unauthorized, act);
}
