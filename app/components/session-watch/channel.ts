/** What the tabs of one browser tell each other. It proves nothing: whoever hears it asks the server. */
const messages = ['signed-in', 'signed-out', 'ended'] as const;
export type Message = (typeof messages)[number];

/** One for the whole page: a page hears every channel of its own but the one it speaks on. */
let channel: BroadcastChannel | undefined;

/** Without channels, which some browsers lack or forbid, tabs find out when they are looked at. */
function onChannel<T>(act: (open: BroadcastChannel) => T): T | undefined {
  try {
    channel ??= new BroadcastChannel('claimcheck');
    return act(channel);
  } catch {
    return undefined;
  }
}

/** Tells the other tabs. */
export function tell(message: Message): void {
  onChannel((open) => open.postMessage(message));
}

/** Listens to the other tabs. @returns what ends it */
export function listen(hear: (message: Message) => void): () => void {
  const onMessage = ({ data }: MessageEvent<unknown>) => {
    const message = messages.find((one) => one === data);
    if (message) hear(message);
  };
  onChannel((open) => open.addEventListener('message', onMessage));
  return () => onChannel((open) => open.removeEventListener('message', onMessage));
}
