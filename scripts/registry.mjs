import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { importGraph } from './import-graph.mjs';
import { linesOf } from './measure.mjs';
import { root } from './root.mjs';

/**
 * The parts that people take along, by where each begins. Its other files and packages follow from its imports.
 * @type {Record<string, { title: string, description: string, entries: string[], docs: string }>}
 */
export const parts = {
  'verify-token': {
    title: 'Verify access tokens',
    description:
      'Accepts or refuses access tokens of any OpenID provider, with the reason, by a cached key set.',
    entries: ['lib/token/index.ts'],
    docs: 'const verifier = createVerifier({ issuer, audience }); const verdict = await verifier.verify(token); Answer 401 where it is refused, 503 where it is unavailable.',
  },
  'protect-routes': {
    title: 'Protect route handlers by scope',
    description:
      'A guard for route handlers: 401, 403 and 503 with the challenges of RFC 6750 and problems of RFC 9457.',
    entries: ['lib/access/protect.ts', 'lib/http/methods.ts', 'lib/token/index.ts'],
    docs: 'const protect = createProtect(() => ({ verify, baseUrl, prefix, askPrefix })); Your actions and their scopes are the table in lib/access/actions.ts.',
  },
  'sessions-without-races': {
    title: 'Sessions whose refresh tokens no race loses',
    description:
      'Sealed tokens in SQLite or PostgreSQL behind an opaque cookie; one request at a time renews, by a lease in the row.',
    entries: ['lib/session/refresh.ts', 'lib/session/store.ts', 'lib/session/cookie.ts', 'lib/db/index.ts'],
    docs: 'const store = new SessionStore({ db, seal, clock, idleTimeout, maxAge }); const refresher = new Refresher({ store, prepare, … }); prepare gives the call to your token endpoint.',
  },
  'browser-sign-in': {
    title: 'Sign in from the browser with code and PKCE',
    description:
      'The browser’s end of the authorization code flow, on oidc-client-ts; the code is redeemed by your server.',
    entries: ['lib/sign-in/index.ts'],
    docs: 'Begin the sign-in on your login page and finish it on the page of the redirect URI; your server redeems the code at its own token route.',
  },
  inspector: {
    title: 'Explain any token',
    description:
      'Finds a token in whatever was pasted, and says what your API thinks of it, why, and what mends it.',
    entries: ['lib/inspect/index.ts', 'lib/provider/index.ts'],
    docs: 'const found = await inspect(text, { verifier, profile, clock: Date.now }); compare(one, other) puts two of them side by side.',
  },
  'dev-provider': {
    title: 'A development identity provider',
    description:
      'A real OpenID provider for loopback that passes for Cognito, Auth0 or Entra ID, for development and tests.',
    entries: ['idp/standalone.ts', 'idp/command.ts'],
    docs: "const provider = await startStandalone({ file: 'idp.json', say: console.log }); On loopback alone: it refuses any other host.",
  },
  'e2e-sign-in': {
    title: 'Tests that sign in',
    description:
      'A development provider for Vitest and Playwright: signs people in, mints any token, fails on demand.',
    entries: ['e2e/kit/index.ts'],
    docs: 'await withProvider(config, async ({ issuer, mint, fail }) => { … }); in Playwright, signInAs(page, username, { password, scopes }) where your app has sent the browser.',
  },
};

const graph = importGraph(root);
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const versions = { ...manifest.dependencies, ...manifest.devDependencies };

/** The files and packages of a part, as the compiler needs them; sorted. @param {string} name */
export function contentsOf(name) {
  const { files, packages } = graph.closure(parts[name].entries, { types: true });
  return { files: [...files].sort(), packages: [...packages].sort() };
}

/** In the format of https://ui.shadcn.com/schema/registry.json: each file says where it goes, so no `components.json` is needed. */
export function registry() {
  return {
    $schema: 'https://ui.shadcn.com/schema/registry.json',
    name: manifest.name,
    // A clone has no address of its own to name.
    homepage: 'README.md',
    items: Object.entries(parts).map(([name, { title, description, docs }]) => {
      const { files, packages } = contentsOf(name);
      return {
        ...{ name, type: 'registry:item', title, description, docs },
        dependencies: packages.map((one) => `${one}@${versions[one]}`),
        files: files.map((file) => ({ path: file, type: 'registry:file', target: `~/${file}` })),
      };
    }),
  };
}

export const written = () => `${JSON.stringify(registry(), null, 2)}\n`;

/** What each part brings along, as a table for people. */
function table() {
  const rows = Object.entries(parts).map(([name, { description }]) => {
    const { files, packages } = contentsOf(name);
    const lines = files.reduce((sum, file) => sum + linesOf(graph.source(file).text), 0);
    // To the nearest hundred: the table is not to be written anew for every line.
    const about = (Math.round(lines / 100) * 100).toLocaleString('en');
    return `| \`${name}\` | ${description} | ${files.length} | ${about} | ${packages.join(', ')} |`;
  });
  return ['| part | what it does | files | lines | packages |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The README with the table as it is now. @param {string} readme */
export const readmeWith = (readme) =>
  readme.replace(
    /(<!-- parts -->\n)[\s\S]*?(\n<!-- \/parts -->)/,
    (_, before, after) => before + table() + after,
  );

// `npm run registry`: writes `registry.json`, from which the shadcn command line installs, and the table in the README.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(path.join(root, 'registry.json'), written());
  const readme = path.join(root, 'README.md');
  writeFileSync(readme, readmeWith(readFileSync(readme, 'utf8')));
}
