/**
 * What the folders of `app/` say of the paths in them. `next.config.mjs` reads the folders and writes both lists into the
 * build, in place of these two names; nothing in the environment of a running app changes them.
 */

/** The pages in `app/(signed-in)/`: only someone signed in may see them. `*` is a segment that may be anything. */
export const signedInPages = (): string[] => listed(process.env.SIGNED_IN_PAGES, 'SIGNED_IN_PAGES');

/** The route handlers in `app/auth/`: they are about the session itself, and so read its cookie. */
export const sessionRoutes = (): string[] => listed(process.env.SESSION_ROUTES, 'SESSION_ROUTES');

/** @throws where nothing was written: without the list nothing would be protected, and nobody would notice */
function listed(paths: string | undefined, name: string): string[] {
  if (!paths) throw new Error(`${name} is empty: the app was built without its next.config.mjs`);
  return paths.split(' ');
}
