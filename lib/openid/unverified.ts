import { decodeBase64url, type JsonObject, parseObject, splitCompact } from '../token';

/**
 * Reads header and claims of a token without judging it, for people who want to know why it is refused: whoever shows
 * them says that they are not to be believed, and nobody acts on them. Absent where they cannot be read. Never throws.
 */
export function readUnverified(token: string): {
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
} {
  const split = splitCompact(token);
  if ('reason' in split) return {};
  const [header, claims] = split.parts.map(readPart);
  return { ...(header && { header }), ...(claims && { claims }) };
}

function readPart(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  const parsed = bytes && parseObject(bytes);
  return parsed && 'object' in parsed ? parsed.object : undefined;
}
