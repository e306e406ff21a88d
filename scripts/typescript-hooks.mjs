import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { root } from './root.mjs';

const home = pathToFileURL(root).href;

/**
 * Lets Node find what compiled TypeScript imports: our own files are named without extension, and packages are those of
 * this project wherever the compiled files are.
 * @type {import('node:module').ResolveHookSync}
 */
export function resolve(specifier, context, next) {
  const { parentURL = '' } = context;
  if (!parentURL.startsWith('file:') || !parentURL.includes('/claimcheck-compiled-'))
    return next(specifier, context);
  if (!specifier.startsWith('.')) return next(specifier, { ...context, parentURL: home });
  const file = [`${specifier}.js`, `${specifier}/index.js`].find((name) =>
    existsSync(new URL(name, parentURL)),
  );
  return next(file ?? specifier, context);
}
