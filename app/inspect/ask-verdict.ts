import { withBasePath } from '@/lib/config/base-path';
import type { Comparison, Inspection } from '@/lib/inspect';

/** The verdict on a token, and on another beside it. */
export type Judged = Inspection & {
  readonly compared?: { readonly other: Inspection; readonly comparison: Comparison };
};

/** The verdict, or why there is none: what happened, and what to do. */
export type Answer =
  | { readonly inspection: Judged }
  | { readonly problem: string; readonly isSignedOut?: boolean };

/** What is sent at most, in bytes. */
const maxBytes = 64 * 1_024;

const tooLarge: Answer = {
  problem:
    'This is more than 64 KiB, and was not sent. Paste the token alone; npm run inspect takes up to 1 MiB.',
};

/** Asks the server. Never rejects. @param other text with a token to compare it with, if it is not empty */
export async function askVerdict(text: string, other = ''): Promise<Answer> {
  const body = new URLSearchParams({ text, other });
  if (text.length + other.length > maxBytes || body.toString().length > maxBytes) return tooLarge;
  try {
    const response = await fetch(withBasePath('/inspect/verdict'), {
      method: 'POST',
      headers: { accept: 'application/json' },
      body,
    });
    const answer = await response.json();
    if (response.ok) return { inspection: answer };
    if (response.status === 401) {
      return {
        problem: 'Away from the app’s own machine only people who are signed in may inspect tokens.',
        isSignedOut: true,
      };
    }
    const { title, hint = '' }: { title?: unknown; hint?: unknown } = answer;
    return { problem: typeof title === 'string' ? `${title} ${hint}` : noAnswer };
  } catch {
    return { problem: noAnswer };
  }
}

const noAnswer = 'The server gave no answer that can be used. Check your connection and try again.';
