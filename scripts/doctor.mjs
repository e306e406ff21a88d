import { readOptions } from './arguments.mjs';
import { prepareCommand } from './command.mjs';

/** `npm run doctor`: checks the settings against the provider, before the app has ever started. `--json` for programs. */
const { json } = readOptions({ json: { type: 'boolean', default: false } }, 'npm run doctor [-- --json]');
const { NO_COLOR } = process.env;
const { commands, surroundings } = await prepareCommand('lib/doctor/command.ts');
const { output, exitCode } = await commands.doctor({
  ...surroundings,
  json,
  colour: process.stdout.isTTY === true && !NO_COLOR,
});
process.stdout.write(output, () => process.exit(exitCode));
