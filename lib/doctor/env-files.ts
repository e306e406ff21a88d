import type { Environment } from '../config';
import { type Finding, warn } from './diagnosis';

/** A file like `.env.local`, as `@next/env` has read it. */
export interface EnvFile {
  /** Its name. */
  readonly path: string;
  readonly contents: string;
  /** What its reader made of it. */
  readonly env: Environment;
}

/**
 * Variables that arrive otherwise than they are written: the files' reader takes `$name` for another variable and `#` for
 * the beginning of a comment, and says nothing where that shortens a secret.
 * @param files the first that names a variable decides
 * @param env what the app sees
 * @returns sentences without any value
 */
export function mangledValues(files: readonly EnvFile[], env: Environment): Finding[] {
  const seen = new Set<string>();
  return files.flatMap((file) =>
    written(file.contents).flatMap(({ name, text }) => {
      if (seen.has(name)) return [];
      seen.add(name);
      const value = file.env[name];
      if (value === undefined || value !== env[name] || !isCut(meant(text, env), value)) return [];
      return [warn(`${name} in ${file.path} does not arrive as it is written.`, `${name}: ${fixFor(text)}.`)];
    }),
  );
}

interface Written {
  readonly name: string;
  /** What stands behind the sign, quotes included. */
  readonly text: string;
}

/** Lines whose value holds one of the two characters. The last line of a name counts, as for the reader. */
function written(contents: string): Written[] {
  const lines = contents.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(.*)$/gm);
  const last = new Map([...lines].map(([, name = '', text = '']) => [name, text.trim()]));
  const odd = ([, text]: [string, string]) => /[$#]/.test(text) && !text.includes(':-');
  return [...last].filter(odd).map(([name, text]) => ({ name, text }));
}

const quoted = /^(['"`])(.*)\1(?:\s*#.*)?$/;

/** What whoever wrote it must have meant. `$name` is meant where there is such a variable. */
function meant(text: string, env: Environment): string {
  const bare = quoted.exec(text)?.[2] ?? text.replace(/(^|\s+)#.*$/, '');
  return bare.replace(/\\\$|\$\{?(\w+)\}?/g, (whole, name?: string) =>
    name === undefined ? '$' : (env[name] ?? whole),
  );
}

/** Whether this can be what the reader left of it; otherwise the environment itself says something else. */
function isCut(whole: string, value: string): boolean {
  const [beginning = ''] = whole.split(/[$#]/);
  return value !== whole && value.length < whole.length && value.startsWith(beginning);
}

function fixFor(text: string): string {
  const fixes = [
    ...(/(?<!\\)\$/.test(text) ? ['write \\$ for $'] : []),
    ...(text.includes('#') && !quoted.test(text) ? ["put the whole value in quotes, as in 'a#b'"] : []),
  ];
  return fixes.join(', and ') || 'put it into the environment itself, which has no such rules';
}
