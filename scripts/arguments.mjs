import { parseArgs } from 'node:util';

/**
 * The options of a command. `--help` says how it is used; anything that it does not know does so, too, and exits with 2.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {T} options
 * @param {string} usage
 * @param {readonly string[]} [args] what was typed, without the words before it
 */
export function readOptions(options, usage, args) {
  // Whoever reads a pipe may have read enough.
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    const { help, ...values } = parseArgs({
      args,
      options: { ...options, help: { type: 'boolean' } },
    }).values;
    if (!help) return values;
  } catch (error) {
    console.error(`${error.message}\n\nUsage: ${usage}`);
    process.exit(2);
  }
  console.log(`Usage: ${usage}`);
  process.exit(0);
}
