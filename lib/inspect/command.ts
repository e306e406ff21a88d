import { open } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, type Environment, lookAtConfig } from '../config';
import { discover, metadataByHand, profileOf, providerFetch, verifierOptions } from '../provider';
import { cachedDocument, type Fetch } from '../remote';
import { createVerifier } from '../token';
import { maxText } from './find-token';
import { type Inspection, inspect } from './inspect';
import { print, printJson } from './print';
import { decodeText } from './text';

export interface InspectCommandOptions {
  /** As typed, after the name of the command. */
  readonly args: readonly string[];
  /** As the app sees it: `.env.local` and the like already read in. */
  readonly env: Environment;
  /** Folder against which relative paths count. */
  readonly directory: string;
  readonly machineName: string;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Standard input, read for `-` alone. */
  readonly input: AsyncIterable<Uint8Array>;
  /** For a terminal that wants it. */
  readonly colour: boolean;
}

export interface InspectCommandResult {
  readonly output: string;
  /** For standard error. */
  readonly complaint: string;
  readonly exitCode: number;
}

/** Of the process: what a script can go by. */
const exitCodes = { accepted: 0, refused: 1, usage: 2, unavailable: 3 } as const;

const usage = `Usage: npm run -s inspect -- <token | - | --file F> [--json]

Says what this API thinks of a token, and why. Judged by the settings of the app and the keys of its provider, as
the API judges; the app need not run, but its provider must be reachable (the embedded one runs with the app).

  -            reads the token from standard input: pbpaste | npm run -s inspect -- -
  --file F     reads it from a file
  <token>      takes it from the command line, whose history keeps it: better use - or --file
  --json       the whole verdict for programs
  --help       this

The token is found in whatever is given: a header, a curl line, a JSON answer; quoted, wrapped, percent-encoded.
Nothing is stored or sent anywhere. Exit code: 0 the API would take it, 1 it would refuse it, 2 this command cannot
be used so or no token was found, 3 it cannot be judged (no keys, wrong settings).
`;

class UsageError extends Error {}

/** `npm run inspect`: what to print, and the exit code. */
export async function inspectCommand(options: InspectCommandOptions): Promise<InspectCommandResult> {
  try {
    const { values, positionals } = read(options.args);
    if (values.help) return { output: usage, complaint: '', exitCode: 0 };
    const text = await textOf(values.file, positionals, options);
    const found = await judge(text, options);
    const output = values.json ? printJson(found) : print(found, options);
    const exitCode = exitCodes[found.verdict === 'no token' ? 'usage' : found.verdict];
    return { output, complaint: '', exitCode };
  } catch (error) {
    if (error instanceof UsageError)
      return { output: '', complaint: `${error.message}\n`, exitCode: exitCodes.usage };
    if (!(error instanceof ConfigError)) throw error;
    const complaint = `It cannot be judged: the settings are wrong.\n${error.message}\n`;
    return { output: '', complaint, exitCode: exitCodes.unavailable };
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        file: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch {
    // What Node says of an option that it does not know repeats it, and it may be a token.
    throw new UsageError(`There is no such option.\n\n${usage}`);
  }
}

async function textOf(
  file: string | undefined,
  positionals: readonly string[],
  { directory, input }: InspectCommandOptions,
): Promise<string> {
  if (file !== undefined && positionals.length > 0)
    throw new UsageError(`Either a file or a token, not both.\n\n${usage}`);
  if (file !== undefined) return decodeText(await readAtMost(fileOf(file, directory)));
  if (positionals.length === 0) throw new UsageError(usage.trimEnd());
  // A header that was not quoted comes in several words.
  const [only] = positionals;
  return positionals.length === 1 && only === '-'
    ? decodeText(await readAtMost(input))
    : positionals.join(' ');
}

async function* fileOf(name: string, directory: string): AsyncIterable<Uint8Array> {
  try {
    const file = await open(path.resolve(directory, name));
    yield* file.createReadStream();
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${name} cannot be read (${code}).`);
  }
}

/** @throws {UsageError} where there is more than a mebibyte */
async function readAtMost(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxText)
      throw new UsageError('There is more than 1 MiB: give the token, or a part that has it.');
  }
  return Buffer.concat(chunks);
}

/** By the settings of the app: the same verifier, with the same metadata behind it. */
async function judge(text: string, options: InspectCommandOptions): Promise<Inspection> {
  const { env, clock, directory, machineName } = options;
  const config = lookAtConfig(env, { directory, machineName });
  const { provider } = config;
  const fetch = providerFetch(config.proxy, options.fetch);
  const metadata = cachedDocument({
    load: () => discover(fetch, provider),
    fallback: metadataByHand(provider),
    clock,
    maxAge: provider.jwksMaxAge,
  });
  const verifier = createVerifier({ ...verifierOptions(config), fetch, clock, metadata });
  try {
    const found = await inspect(text, { verifier, profile: profileOf(provider), clock });
    if (found.verdict !== 'unavailable' || !provider.embedded) return found;
    return { ...found, remedy: `${found.remedy} The embedded provider runs with the app: npm start.` };
  } finally {
    verifier.close();
  }
}
