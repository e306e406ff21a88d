import type { JsonObject } from './json';
import { readUnverified } from './unverified';

/** What the last access token that a sign-in brought said of itself: for a doctor, and never to be believed. */
export interface SeenToken {
  /** Of `aud`, as it stands there; undefined where it says none. */
  readonly audience: string | undefined;
  readonly issuer: string | undefined;
  /** In a few words. */
  readonly kind: string;
}

/** Reads those few claims; nothing else of a token is kept, and nothing of who signed in. */
export function seenToken(token: string): SeenToken {
  const { header, claims } = readUnverified(token, []);
  if (!claims) return { audience: undefined, issuer: undefined, kind: 'no signed JWT: opaque or encrypted' };
  return {
    audience: audienceOf(claims),
    issuer: textOf(claims.iss),
    kind: `a JWT, typ ${textOf(header?.typ) ?? 'absent'}`,
  };
}

function audienceOf({ aud }: JsonObject): string | undefined {
  const values = [aud].flat().flatMap((value) => textOf(value) ?? []);
  return values.length > 0 ? values.slice(0, 5).join(', ') : undefined;
}

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
