import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { connection } from 'next/server';
import { cache } from 'react';
import { type ExplainedViewer, type SignedInViewer, type Viewer, viewerOf, wayTo } from '../access';
import { guardOptions } from './guard-options';

/** Who looks at this page, by the verified bearer token of the request; judged once per request. */
export const viewer = cache(async (): Promise<Viewer> => {
  const incoming = await headers();
  // With Cache Components, Next renders pages ahead for a prefetch, headers and all. A verdict goes by the clock, and is
  // one of the moment at which somebody is there.
  await connection();
  return viewerOf(incoming, guardOptions());
});

/**
 * The signed-in person of a protected page, and nobody else; others are sent where {@link wayTo} says. All that a page
 * needs is this call, before anything else. Never answers for them.
 * @param path the page itself, to return to
 * @param options `refused: 'shown'` for a page that explains a refused token: it gets to know of it
 */
export async function requireViewer(path: string): Promise<SignedInViewer>;
export async function requireViewer(
  path: string,
  options: { readonly refused: 'shown' },
): Promise<SignedInViewer | ExplainedViewer>;
export async function requireViewer(
  path: string,
  options?: { readonly refused: 'shown' },
): Promise<SignedInViewer | ExplainedViewer> {
  const who = await viewer();
  if (who.state === 'signed-in') return who;
  if (options && who.state === 'refused' && who.rawToken !== undefined) {
    return { ...who, rawToken: who.rawToken };
  }
  redirect(wayTo(path, who));
}
