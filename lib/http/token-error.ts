import type { ProblemBody } from './problem';

/** An error of a token endpoint (RFC 6749 §5.2). */
export interface TokenError {
  readonly status: number;
  readonly error: string;
  /** A sentence for the person, and a hint for the operator. */
  readonly description: string;
  /** Seconds until the same request may succeed; where it cannot, undefined. */
  readonly retryAfter?: number | undefined;
}

/** The answer of a token endpoint to a request that it does not grant (RFC 6749 §5.2). */
export function tokenError({ status, error, description, retryAfter }: TokenError): Response {
  const headers = new Headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  return Response.json({ error, error_description: plain(description) }, { status, headers });
}

/** A problem answer of a token endpoint, in the one form that OAuth clients read. */
export async function asTokenError(answer: Response): Promise<Response> {
  const { status, title, detail, hint } = (await answer.json()) as ProblemBody;
  const description = [title, detail, hint].filter(Boolean).join(' ');
  const response = tokenError({ status, error: 'invalid_request', description });
  const accept = answer.headers.get('accept');
  if (accept !== null) response.headers.set('accept', accept);
  return response;
}

/**
 * Without what §5.2 keeps out of a description: quotes, backslashes and control characters. Letters beyond ASCII stay,
 * against it: the sentence is for people.
 */
const plain = (text: string) =>
  text
    .slice(0, 2_000)
    .replaceAll('"', "'")
    .replace(/[\\\p{Cc}\p{Surrogate}]/gu, ' ');
