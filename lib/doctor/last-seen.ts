import { readUnverified } from '../openid';
import { idTokenClaims, type JsonObject } from '../token';

/** What the last access token that a sign-in brought said of itself: for a doctor, and never to be believed. */
export interface SeenToken {
  /** Of `aud`, as it stands there; undefined where it says none. */
  readonly audience: string | undefined;
  readonly issuer: string | undefined;
  /** In a few words. */
  readonly kind: string;
  /** Those of the claims that say when and how its person signed in. */
  readonly signIn: readonly ('auth_time' | 'acr')[];
  /** Whether it had what otherwise ID tokens have, and nothing in its header that says "access". */
  readonly looksLikeIdToken: boolean;
}

/** Reads those few claims; nothing else of a token is kept, and nothing of who signed in. */
export function seenToken(token: string): SeenToken {
  const { header, claims } = readUnverified(token);
  if (!claims) {
    const kind = 'no signed JWT: opaque or encrypted';
    return { audience: undefined, issuer: undefined, kind, signIn: [], looksLikeIdToken: false };
  }
  const type = textOf(header?.typ);
  return {
    audience: audienceOf(claims),
    issuer: textOf(claims.iss),
    kind: `a JWT, typ ${type ?? 'absent'}`,
    signIn: (['auth_time', 'acr'] as const).filter((name) => claims[name] !== undefined),
    looksLikeIdToken:
      !type?.toLowerCase().endsWith('at+jwt') && idTokenClaims.some((name) => claims[name] !== undefined),
  };
}

function audienceOf({ aud }: JsonObject): string | undefined {
  const values = [aud].flat().flatMap((value) => textOf(value) ?? []);
  return values.length > 0 ? values.slice(0, 5).join(', ') : undefined;
}

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
