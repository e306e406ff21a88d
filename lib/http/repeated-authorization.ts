import type { IncomingMessage } from 'node:http';

/**
 * Node keeps the first of several `Authorization` headers and drops the rest without a word, so two servers on one
 * path could each believe another one. Joined by a comma, as RFC 9110 §5.3 says, they are seen and refused.
 */
export function joinRepeatedAuthorization(request: Pick<IncomingMessage, 'rawHeaders' | 'headers'>): void {
  const values = request.rawHeaders.filter(
    (_, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'authorization',
  );
  if (values.length > 1) request.headers.authorization = values.join(', ');
}
