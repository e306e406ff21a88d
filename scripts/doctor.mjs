import { parseArgs } from 'node:util';
import { prepareCommand } from './command.mjs';

/** `npm run doctor`: checks the settings against the provider, before the app has ever started. `--json` for programs. */
function options() {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;
  } catch {
    console.error('Usage: npm run doctor [-- --json]');
    process.exit(2);
  }
}

const { json } = options();
const { NO_COLOR } = process.env;
const { commands, surroundings } = await prepareCommand('lib/doctor/command.ts');
const { output, exitCode } = await commands.doctor({
  ...surroundings,
  json,
  colour: process.stdout.isTTY === true && !NO_COLOR,
});
process.stdout.write(output, () => process.exit(exitCode));
