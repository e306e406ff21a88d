import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/app';
import { linkFolder } from '../support/project-copy';

const run = promisify(execFile);
const bin = (...parts: string[]) => path.join(root, 'node_modules', ...parts);

/** A part in a fresh app of somebody else. */
export interface Lifted {
  readonly folder: string;
  /** A module of it, by its path in the app. */
  load<T>(file: string): Promise<T>;
  remove(): Promise<void>;
}

/** Builds what the shadcn command line installs from. @returns the folder with a file for each part */
export async function buildRegistry(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-registry-'));
  await run(process.execPath, [bin('shadcn', 'dist', 'index.js'), 'build', '--output', folder], {
    cwd: root,
  });
  return folder;
}

/** Without asking anybody whether there is something newer. */
const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_audit: 'false', CI: '1' };

/** A new Next app with its packages, to be copied. @returns its folder */
export async function newApp(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'claimcheck-their-app-'));
  await writeApp(folder);
  await run('npm', ['install', '--no-fund'], { cwd: folder, env });
  return folder;
}

/**
 * Installs a part by the command line into a Next app that has nothing else.
 * @param app made by {@link newApp}
 * @param built by {@link buildRegistry}
 */
export async function lift(part: string, { app, built }: { app: string; built: string }): Promise<Lifted> {
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), `claimcheck-${part}-`)), 'app');
  // npm replaces what it changes, and so does the command line.
  linkFolder(app, folder);
  const add = [bin('shadcn', 'dist', 'index.js'), 'add', path.join(built, `${part}.json`), '--yes'];
  await run(process.execPath, add, { cwd: folder, env });
  return {
    folder,
    load: (file) => import(path.join(folder, file)),
    remove: () => rm(path.dirname(folder), { recursive: true }),
  };
}

/** As `create-next-app` makes it, without styles; the versions are those of this project. */
async function writeApp(folder: string): Promise<void> {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(path.join(root, 'package.json'), 'utf8'),
  );
  const versions: Record<string, string> = { ...dependencies, ...devDependencies };
  const of = (...names: string[]) => Object.fromEntries(names.map((name) => [name, versions[name]]));
  const files = {
    'package.json': JSON.stringify({
      ...{ name: 'their-app', private: true, type: 'module' },
      dependencies: of('next', 'react', 'react-dom'),
      devDependencies: of('@types/node', '@types/react', '@types/react-dom', 'typescript', ...typesToo),
    }),
    'app/layout.tsx':
      'import type { ReactNode } from \'react\';\nexport default function Layout({ children }: { children: ReactNode }) {\n  return <html lang="en"><body>{children}</body></html>;\n}\n',
    'next-env.d.ts': '/// <reference types="next" />\n',
    'app/page.tsx': 'export default function Page() {\n  return <p>Theirs</p>;\n}\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await cp(path.join(root, 'e2e/lift/tsconfig.app.json'), path.join(folder, 'tsconfig.json'));
}

/** Of packages that bring no types of their own: what the documentation of a part tells people to install. */
const typesToo = ['@types/pg', '@types/oidc-provider'];

/** Type-checks an app with everything that was lifted into it. @returns what the compiler says */
export async function complaints(folder: string): Promise<string> {
  const checked = run(process.execPath, [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', folder]);
  return checked.then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}
