import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importGraph, sourcesUnder } from '../scripts/import-graph.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The rooms of `lib/` in the order of the data flow. A room may use itself and those of the lines above its own; two
 * rooms on one line do not know each other.
 */
const floors = [
  ['remote'],
  ['token'],
  ['config'],
  ['db'],
  ['http'],
  ['provider', 'openid'],
  ['verifier'],
  ['session'],
  ['access'],
  ['notes'],
  // Beside the flow: the browser's end of it, which needs settings only.
  ['sign-in'],
  // What starts, what watches and what examines the whole.
  ['start', 'health', 'doctor', 'machine'],
];

/** `sign-in` stands late in the list, but what judges tokens and notes is none of its business. */
const forbidden: Record<string, readonly string[]> = { 'sign-in': ['db', 'token', 'access', 'notes'] };

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

const entries = ['proxy.ts', 'instrumentation.ts', 'instrumentation-client.ts'];
const everything = [...['lib', 'app', 'idp'].flatMap(listed), ...entries].map(read);
const isTest = ({ file }: Source) => /\.test\.tsx?$/.test(file);
const sources = everything.filter((source) => !isTest(source));
const tests = everything.filter(isTest);
/** What only tests use, in a folder for each room. */
const support = listed('test').map(read);
const inside = (place: string) => sources.filter(({ file }) => file.startsWith(place));

/** The room of a file, or of an import, in `lib/`. */
const roomOf = (place: string) => /^lib\/([\w-]+)/.exec(place)?.[1] ?? '';
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));

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
  it('is the whole of it: every room is there, and imports are seen', () => {
    const rooms = new Set(inside('lib/').map(({ file }) => roomOf(file)));
    expect(rooms).toEqual(new Set(floors.flat()));
    const imports = (file: string) => sources.find((source) => source.file === file)?.imports;
    expect(imports('lib/access/gate.ts')).toContain('lib/verifier');
    expect(imports('proxy.ts')).toContain('lib/session/translate');
    expect(imports('instrumentation.ts')).toEqual(['lib/start']);
    expect(imports('lib/verifier/index.ts')).toContain('server-only');
    expect(tests.map(({ file }) => file)).toContain('lib/architecture.test.ts');
  });
});

describe('imports inside lib/', () => {
  it('point backwards along the data flow', () => {
    const forward = breaches(inside('lib/'), (imported, { file }) => {
      const [from, to] = [roomOf(file), roomOf(imported)];
      return to !== '' && from !== to && floorOf(to) >= floorOf(from);
    });
    expect(forward).toEqual([]);
  });

  it('of the browser’s end reach settings only', () => {
    const curious = breaches(inside('lib/'), (imported, { file }) =>
      Boolean(forbidden[roomOf(file)]?.includes(roomOf(imported))),
    );
    expect(curious).toEqual([]);
  });

  it('never lead to app/', () => {
    expect(
      breaches(inside('lib/'), (imported) => /^(app|proxy|instrumentation)(\/|$)/.test(imported)),
    ).toEqual([]);
  });

  it('lead to the embedded provider from lib/start.ts alone', () => {
    const outside = sources.filter(({ file }) => !file.startsWith('idp/') && file !== 'lib/start.ts');
    expect(breaches(outside, (imported) => isFrom('idp')(imported))).toEqual([]);
  });
});

describe('the embedded provider', () => {
  it('takes from lib/ the names of actions and personalities, and what is too easily done wrong twice', () => {
    const names = ['lib/access/actions', 'lib/config/personality'];
    // What counts as this machine, a file that two starts make at once, and how to open a file of SQLite.
    const allowed = [...names, 'lib/remote', 'lib/config/publish-once', 'lib/db/sqlite'];
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
    ['kysely', /^(lib\/db\/|lib\/[\w-]+\/store\.ts|lib\/health\.ts|idp\/)/],
    ['libsql', /^lib\/db\//],
    ['pg', /^lib\/db\//],
    ['pino', /^lib\/config\/log\.ts$/],
    ['next', /^(app\/|proxy\.ts|lib\/access\/viewer\.ts)/],
  ])('%s', (name, places) => {
    expect(strayImports(name, places)).toEqual([]);
    // A rule about a library that nobody imports would hold for the wrong reason.
    expect(breaches(sources, isFrom(name))).not.toEqual([]);
  });
});

describe('what stays on the server', () => {
  it('says so wherever it can be entered', () => {
    // The browser's end, and a room that any program can use.
    const open = new Set(['sign-in', 'remote', 'token', 'openid'].map((room) => `lib/${room}/index.ts`));
    const entries = inside('lib/').filter(({ file }) =>
      /^lib\/([\w-]+\/(index|viewer|gate|translate|log|settings)|health|start)\.ts$/.test(file),
    );
    const bare = entries.filter(({ file, imports }) => !open.has(file) && !imports.includes('server-only'));
    expect(bare.map(({ file }) => file)).toEqual([]);
    expect(entries.length).toBeGreaterThan(10);
  });

  it('is reached by no client component', () => {
    const serverOnly = new Set(
      sources.filter(({ imports }) => imports.includes('server-only')).map(({ file }) => file),
    );
    const clients = inside('app/').filter(({ text }) => /^['"]use client['"]/.test(text));
    const leaks = clients.flatMap(({ file }) =>
      [...graph.runtimeClosure(file).files]
        .filter((other) => serverOnly.has(other))
        .map((other) => `${file} -> ${other}`),
    );
    expect(leaks).toEqual([]);
    expect(clients.length).toBeGreaterThan(0);
  });

  it('reads the environment in lib/config alone', () => {
    const readers = sources.filter(
      ({ file, text }) =>
        /process\.env(?!\.(NODE_ENV|NEXT_RUNTIME)\b)/.test(text) && !file.startsWith('lib/config/'),
    );
    expect(readers.map(({ file }) => file)).toEqual([]);
    const { text } = sources.find(({ file }) => file === 'lib/config/index.ts') ?? { text: '' };
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
      ({ file }) => !folders.has(path.dirname(file)),
    );
    expect(astray.map(({ file }) => file)).toEqual([]);
  });
});

describe('what only tests use', () => {
  it('lies in test/, in a folder with the name of the room that it is for', () => {
    const rooms = new Set(['idp', 'scripts', ...floors.flat()]);
    const folders = support.flatMap(({ file }) => /^test\/([\w-]+)\//.exec(file)?.[1] ?? []);
    expect(folders.filter((folder) => !rooms.has(folder))).toEqual([]);
    expect(folders).toContain('token');
  });

  it('lies nowhere else: every file of lib/ and idp/ is imported by one that is no test', () => {
    // Loaded by `npm run doctor`, by `npm run token`, and by whoever copies it.
    const commands = ['lib/doctor/command', 'lib/machine/command', 'lib/session/on-sign-in.examples'];
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
