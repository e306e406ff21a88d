import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importGraph, sourcesUnder } from '../scripts/import-graph.mjs';
import { measurePart } from '../scripts/measure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The folders of `lib/`, in layers along the data flow. A folder may import from itself and from the layers above its
 * own line; two folders of one layer do not import from each other.
 */
const layers = [
  ['remote'],
  ['token'],
  ['config'],
  ['db'],
  ['http'],
  ['limits'],
  ['provider', 'openid'],
  ['session'],
  ['access'],
  ['notes'],
  ['api'],
  // What this API thinks of any token that somebody has.
  ['inspect'],
  ['mcp'],
  // Beside the flow: the browser's end of it, which needs settings only.
  ['sign-in'],
  // What examines the whole, and what asks for a token from a shell.
  ['doctor', 'machine'],
  // What exists once in a process: its settings, its log, and what the other folders are given.
  ['server'],
];

/** `sign-in` stands late in the list, but what judges tokens and notes is none of its business. */
const forbidden: Record<string, readonly string[]> = { 'sign-in': ['db', 'token', 'access', 'notes'] };

/**
 * Where a folder is entered beside its `index.ts`: by what the browser, the embedded provider or a guard takes without the
 * rest. Helpers for HTTP have nothing in common but that, and `server` is one of everything: there every file is a door.
 */
const doors: Record<string, readonly string[] | 'every file'> = {
  token: ['claims'],
  config: [
    'authorize-params',
    'base-path',
    'database-url',
    'personality',
    'publish-once',
    'routes',
    'under-way',
  ],
  db: ['sqlite', 'store-error', 'store-time'],
  http: 'every file',
  provider: ['no-keys', 'remedies', 'symptoms', 'token-answer'],
  session: ['cookie', 'forwarded'],
  access: ['actions'],
  doctor: ['last-seen'],
  inspect: ['kind', 'report', 'text', 'words'],
  notes: ['note', 'text'],
  'sign-in': ['link-parameters', 'sign-in'],
  server: 'every file',
};

interface Source {
  /** From the root, with forward slashes: `lib/token/verify.ts`. */
  readonly file: string;
  readonly text: string;
  /** What it imports: packages by name, our own files from the root, without extension. */
  readonly imports: readonly string[];
}

const graph = importGraph(root);
const listed = (place: string) => sourcesUnder(root, place);

function read(file: string): Source {
  const { text, imports } = graph.source(file);
  return { file, text, imports: imports.map(({ name }) => name) };
}

const entries = ['middleware.ts', 'instrumentation.ts', 'instrumentation-client.ts'];
const everything = [...['lib', 'app', 'idp'].flatMap(listed), ...entries].map(read);
const isTest = ({ file }: Source) => /\.test\.tsx?$/.test(file);
const sources = everything.filter((source) => !isTest(source));
const tests = everything.filter(isTest);
/** What only tests use, in a folder for each of those of `lib/`. */
const support = listed('test').map(read);
const inside = (place: string) => sources.filter(({ file }) => file.startsWith(place));

/** The folder of a file, or of an import, in `lib/`. */
const folderOf = (place: string) => /^lib\/([\w-]+)/.exec(place)?.[1] ?? '';
const layerOf = (folder: string) => layers.findIndex((folders) => folders.includes(folder));

/** A package, or a subpath of it. */
const isFrom = (name: string) => (specifier: string) =>
  specifier === name || specifier.startsWith(`${name}/`);

/** Files that import something they may not, as `file -> import`. */
function breaches(
  where: readonly Source[],
  isBreach: (imported: string, source: Source) => boolean,
): string[] {
  return where.flatMap((source) =>
    source.imports
      .filter((imported) => isBreach(imported, source))
      .map((imported) => `${source.file} -> ${imported}`),
  );
}

/** Files outside these places that import a package. */
function strayImports(name: string, places: RegExp): string[] {
  return breaches(sources, (imported, { file }) => isFrom(name)(imported) && !places.test(file));
}

describe('what is examined here', () => {
  it('is the whole of it: every folder is there, and imports are seen', () => {
    const folders = new Set(inside('lib/').map(({ file }) => folderOf(file)));
    expect(folders).toEqual(new Set(layers.flat()));
    const imports = (file: string) => sources.find((source) => source.file === file)?.imports;
    expect(imports('lib/server/protect.ts')).toContain('lib/access');
    expect(imports('middleware.ts')).toContain('lib/server/with-session');
    expect(imports('instrumentation.ts')).toEqual(['lib/server/start']);
    expect(imports('lib/server/verifier.ts')).toContain('server-only');
    expect(tests.map(({ file }) => file)).toContain('lib/architecture.test.ts');
  });
});

describe('imports inside lib/', () => {
  it('point backwards along the data flow', () => {
    const forward = breaches(inside('lib/'), (imported, { file }) => {
      const [from, to] = [folderOf(file), folderOf(imported)];
      return to !== '' && from !== to && layerOf(to) >= layerOf(from);
    });
    expect(forward).toEqual([]);
  });

  it('go through a folder’s door', () => {
    const past = breaches(sources, (imported, { file }) => {
      const folder = folderOf(imported);
      if (folder === '' || folder === folderOf(file)) return false;
      const known = doors[folder] ?? [];
      const entered = imported.slice(`lib/${folder}/`.length);
      return known !== 'every file' && entered !== '' && !known.includes(entered);
    });
    expect(past).toEqual([]);
  });

  it('have no door that nobody goes through', () => {
    const entered = new Set(
      sources.flatMap(({ file, imports }) => imports.filter((one) => folderOf(one) !== folderOf(file))),
    );
    const listed = Object.entries(doors).flatMap(([folder, files]) =>
      files === 'every file' ? [] : files.map((file) => `lib/${folder}/${file}`),
    );
    expect(listed.filter((door) => !entered.has(door))).toEqual([]);
  });

  it('of the browser’s end reach settings only', () => {
    const curious = breaches(inside('lib/'), (imported, { file }) =>
      Boolean(forbidden[folderOf(file)]?.includes(folderOf(imported))),
    );
    expect(curious).toEqual([]);
  });

  it('never lead to app/', () => {
    expect(
      breaches(inside('lib/'), (imported) => /^(app|middleware|instrumentation)(\/|$)/.test(imported)),
    ).toEqual([]);
  });

  it('lead to the embedded provider from lib/server/start.ts alone', () => {
    const outside = sources.filter(({ file }) => !file.startsWith('idp/') && file !== 'lib/server/start.ts');
    expect(breaches(outside, (imported) => isFrom('idp')(imported))).toEqual([]);
  });
});

describe('the embedded provider', () => {
  it('takes from lib/ the names of actions and personalities, and what is too easily done wrong twice', () => {
    const names = ['lib/access/actions', 'lib/config/personality'];
    // What counts as this machine, a file that two starts make at once, how to open a file of SQLite, escaped HTML.
    const shared = ['lib/remote', 'lib/config/publish-once', 'lib/db/sqlite', 'lib/http/escape-html'];
    const allowed = [...names, ...shared];
    expect(
      breaches(inside('idp/'), (imported) => imported.startsWith('lib/') && !allowed.includes(imported)),
    ).toEqual([]);
  });

  it('never leads to app/', () => {
    expect(breaches(inside('idp/'), isFrom('app'))).toEqual([]);
  });
});

describe('a library has one folder', () => {
  it.each([
    ['jose', /^(lib\/token|idp)\//],
    ['oidc-client-ts', /^lib\/sign-in\//],
    ['oidc-provider', /^idp\//],
    ['@modelcontextprotocol/sdk', /^lib\/mcp\//],
    ['kysely', /^(lib\/db\/|lib\/[\w-]+\/store\.ts|lib\/server\/health\.ts|idp\/)/],
    ['libsql', /^lib\/db\//],
    ['pg', /^lib\/db\//],
    ['pino', /^lib\/server\/log\.ts$/],
    ['next', /^(app\/|middleware\.ts|lib\/server\/(viewer|inspect|protect-action|with-session|forward)\.ts)/],
  ])('%s', (name, places) => {
    expect(strayImports(name, places)).toEqual([]);
    // A rule about a library that nobody imports would hold for the wrong reason.
    expect(breaches(sources, isFrom(name))).not.toEqual([]);
  });
});

describe('the verifier', () => {
  it('is no more than 15 files of 1,500 lines and three packages, for whoever takes it along', () => {
    const { files, lines, packages } = measurePart(root, 'lib/token/index.ts');
    expect(files.length).toBeLessThanOrEqual(15);
    expect(lines).toBeLessThanOrEqual(1_500);
    expect(packages).toEqual(['jose', 'lru-cache', 'zod']);
  });
});

describe('what stays on the server', () => {
  it('meets this process in lib/server alone: its settings, its log, one of everything', () => {
    const outside = sources.filter(
      ({ file, text }) =>
        /^(lib|idp)\//.test(file) &&
        !file.startsWith('lib/server/') &&
        /\b(currentConfig|perProcess|log)\(\)|\bperProcess\(|'server-only'/.test(text),
    );
    expect(outside.map(({ file }) => file)).toEqual([]);
  });

  it('says so in every file of that folder', () => {
    const files = inside('lib/server/');
    const bare = files.filter(
      ({ file, imports }) => !file.endsWith('/per-process.ts') && !imports.includes('server-only'),
    );
    expect(bare.map(({ file }) => file)).toEqual([]);
    expect(files.length).toBeGreaterThan(10);
  });

  it('is reached by no client component', () => {
    const serverOnly = new Set(
      sources.filter(({ imports }) => imports.includes('server-only')).map(({ file }) => file),
    );
    const clients = inside('app/').filter(({ text }) => /^['"]use client['"]/.test(text));
    // Of a file of server actions the browser gets the ids.
    const isActions = ({ text }: { text: string }) => /^['"]use server['"]/.test(text);
    const leaks = clients.flatMap(({ file }) =>
      [...graph.closure(file, { isBoundary: isActions }).files]
        .filter((other) => serverOnly.has(other))
        .map((other) => `${file} -> ${other}`),
    );
    expect(leaks).toEqual([]);
    expect(clients.length).toBeGreaterThan(0);
  });

  it('reads the environment in one place, but for what the build has written in', () => {
    const readers = sources.filter(
      ({ file, text }) =>
        /process\.env(?!\.(NODE_ENV|NEXT_RUNTIME)\b)/.test(text) &&
        !['lib/config/routes.ts', 'lib/config/base-path.ts', 'lib/server/config.ts'].includes(file),
    );
    expect(readers.map(({ file }) => file)).toEqual([]);
    const { text } = sources.find(({ file }) => file === 'lib/server/config.ts') ?? { text: '' };
    expect(text).toContain('process.env');
  });
});

describe('tests', () => {
  it('import nothing from the network, and nothing but tests imports from them', () => {
    const remote = /^(https?|data|npm|jsr):/;
    expect(breaches([...everything, ...support], (imported) => remote.test(imported))).toEqual([]);
    expect(breaches(sources, (imported) => isFrom('test')(imported) || /\.test$/.test(imported))).toEqual([]);
    expect(breaches(tests, isFrom('test'))).not.toEqual([]);
  });

  it('stand beside what they test', () => {
    const folders = new Set(sources.map(({ file }) => path.dirname(file)));
    const astray = [...tests, ...support.filter(isTest)].filter(
      // This one is about all folders.
      ({ file }) => !folders.has(path.dirname(file)) && file !== 'lib/architecture.test.ts',
    );
    expect(astray.map(({ file }) => file)).toEqual([]);
  });
});

describe('what only tests use', () => {
  it('lies in test/, under the name of the folder that it is for', () => {
    const known = new Set(['idp', 'scripts', ...layers.flat()]);
    const folders = support.flatMap(({ file }) => /^test\/([\w-]+)\//.exec(file)?.[1] ?? []);
    expect(folders.filter((folder) => !known.has(folder))).toEqual([]);
    expect(folders).toContain('token');
  });

  it('lies nowhere else: every file of lib/ and idp/ is imported by one that is no test', () => {
    // Loaded by a command of package.json, and by whoever copies it.
    const commands = [
      ...[
        'lib/doctor/command',
        'lib/inspect/command',
        'lib/machine/command',
        'idp/command',
        'idp/standalone',
      ],
      'lib/session/on-sign-in.examples',
    ];
    const used = new Set([...sources.flatMap(({ imports }) => imports), ...commands]);
    const unused = [...inside('lib/'), ...inside('idp/')].filter(({ file }) => {
      const name = file.replace(/\.tsx?$/, '');
      return !used.has(name) && !used.has(name.replace(/\/index$/, ''));
    });
    expect(unused.map(({ file }) => file)).toEqual([]);
    const named = [...sources.map(({ file }) => file), ...listed('scripts')].filter(
      (file) => /(^|\/)(testing|hostile)/.test(file) && !/\.test\./.test(file),
    );
    expect(named).toEqual([]);
  });
});
