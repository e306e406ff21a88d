import { decodeBase64url, splitCompact } from './compact';
import { type JsonObject, parseObject } from './json';
import { scopesOf } from './scopes';

/** What a token says of itself. Whoever shows it says that it is not to be believed; nobody acts on it. */
export interface UnverifiedToken {
  /** Absent, as `claims` is, where it cannot be read. */
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly scopes: readonly string[];
}

/**
 * Reads a token without judging it, for people who want to know why it is refused. Never throws.
 * @param scopeClaims claims that carry scopes
 */
export function readUnverified(token: string, scopeClaims: readonly string[]): UnverifiedToken {
  const split = splitCompact(token);
  if ('reason' in split) return { scopes: [] };
  const [header, payload] = split.parts;
  const claims = readPart(payload);
  return { header: readPart(header), claims, scopes: scopesOf(claims ?? {}, scopeClaims) };
}

function readPart(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  const parsed = bytes && parseObject(bytes);
  return parsed && 'object' in parsed ? parsed.object : undefined;
}
