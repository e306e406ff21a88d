import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Loads a module of this repository, says so, waits for the word, then runs a function of it. */
const program = `
  const { runnerImport } = await import('vite');
  const [file, name, ...args] = process.argv.slice(1);
  const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' });
  process.stdout.write('ready\\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdout.write(JSON.stringify((await module[name](...args)) ?? null));
  process.exit(0);`;

interface Call {
  /** Path of the module from the root of the repository. */
  readonly file: string;
  /** An exported function. */
  readonly name: string;
  readonly args: readonly string[];
}

/** Calls a function in several processes at the same moment. @returns what it returned in each of them */
export async function inProcessesAtOnce(count: number, call: Call): Promise<unknown[]> {
  const runs = Array.from({ length: count }, () => run(call));
  await Promise.all(runs.map(({ ready }) => ready));
  for (const { child } of runs) child.stdin?.write('go\n');
  return Promise.all(runs.map(({ result }) => result));
}

function run({ file, name, args }: Call) {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, `${root}${file}`, name, ...args],
    {
      cwd: root,
    },
  );
  let [output, errors] = ['', ''];
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.startsWith('ready\n')) resolve();
    });
    child.once('close', () => resolve());
  });
  const result = ended(child).then((code) => {
    if (code !== 0) throw new Error(`${name} failed in another process: ${errors}`);
    return JSON.parse(output.slice('ready\n'.length)) as unknown;
  });
  return { child, ready, result };
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
