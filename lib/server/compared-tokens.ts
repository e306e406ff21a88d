import 'server-only';
import { type Comparison, compare } from '../inspect';
import type { RenewedNow, ResolvedSession } from '../session';
import { inspectToken } from './inspect';
import { sessionBehind, sessions } from './session';

/** A renewal that somebody asked for, and what it changed. */
export type ShownRenewal =
  | Exclude<RenewedNow, { readonly outcome: 'renewed' }>
  | Exclude<ResolvedSession, { readonly outcome: 'bearer' | 'refused' }>
  | { readonly outcome: 'renewed'; readonly comparison: Comparison };

/** Renews a session before its time, and compares its access tokens. */
export async function renewNow(id: string): Promise<ShownRenewal> {
  const renewed = await (await sessions()).renewNow(id);
  if (renewed.outcome !== 'renewed') return renewed;
  // A token that names somebody else ends the session, and is shown to nobody.
  const session = await sessionBehind(id);
  if (session.outcome === 'ended' || session.outcome === 'unavailable') return session;
  const before = await inspectToken(renewed.before.accessToken);
  const after = await inspectToken(renewed.after.accessToken);
  const names = { one: 'the token before', other: 'the new one' };
  return { outcome: 'renewed', comparison: compare(before, after, names) };
}

/** The access token of a session beside its ID token; undefined where it has no ID token. */
export async function besideIdToken(id: string, accessToken: string): Promise<Comparison | undefined> {
  const idToken = await (await sessions()).idToken(id);
  if (idToken === undefined) return undefined;
  const names = { one: 'the access token', other: 'the ID token' };
  return compare(await inspectToken(accessToken), await inspectToken(idToken), names);
}
