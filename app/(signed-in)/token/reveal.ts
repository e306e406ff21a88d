import { reportUnauthorized } from '../../components/session-watch/messages';

/** The raw token, or why it did not come. */
export type Revealed = { token: string } | { trouble: string; signedOut: boolean };

/** Asks the server for the raw access token of this browser's session. */
export async function reveal(): Promise<Revealed> {
  try {
    const response = await fetch('/auth/reveal', { method: 'POST', headers: { accept: 'application/json' } });
    const answer: { access_token?: unknown; title?: unknown } = await response.json();
    if (response.ok && typeof answer.access_token === 'string') return { token: answer.access_token };
    if (response.status === 401) {
      reportUnauthorized();
      return { trouble: 'Your session has ended.', signedOut: true };
    }
    return {
      trouble: typeof answer.title === 'string' ? answer.title : 'The token did not come.',
      signedOut: false,
    };
  } catch {
    return {
      trouble: 'The server could not be reached. Check your connection and try again.',
      signedOut: false,
    };
  }
}
