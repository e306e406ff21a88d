import { parseArgs } from 'node:util';

/**
 * The options of a command. Says how it is used and exits with 2 where there are others.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {T} options
 * @param {string} usage
 */
export function readOptions(options, usage) {
  try {
    return parseArgs({ options }).values;
  } catch {
    console.error(`Usage: ${usage}`);
    process.exit(2);
  }
}
