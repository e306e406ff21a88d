import type { Finding } from './diagnosis';

const maxLength = 600;

/**
 * Makes texts safe to show: what a provider says may hold anything, an echo of our secret or control codes of a
 * terminal included. Secrets are masked in each form in which they are sent.
 */
export function redact<T extends Finding>(finding: T, secrets: readonly string[]): T {
  const clean = (text: string) => oneLine(masked(text, secrets));
  return {
    ...finding,
    found: clean(finding.found),
    ...(finding.change !== undefined && { change: clean(finding.change) }),
  };
}

const masked = (text: string, secrets: readonly string[]) =>
  secrets.filter(Boolean).reduce((rest, secret) => rest.replaceAll(secret, '•••'), text);

function oneLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/([.!?]) *\.$/, '$1')
    .trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}

/** The forms of a client's credentials that may come back in an error (RFC 6749 §2.3.1). */
export function secretForms(clientId: string, secret: string | undefined): string[] {
  if (!secret) return [];
  const encoded = new URLSearchParams({ '': secret }).toString().slice(1);
  const pair = (id: string, word: string) => Buffer.from(`${id}:${word}`).toString('base64');
  const encodedId = new URLSearchParams({ '': clientId }).toString().slice(1);
  return [secret, encoded, pair(clientId, secret), pair(encodedId, encoded)];
}
