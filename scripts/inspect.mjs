import { prepareCommand } from './command.mjs';

/** `npm run -s inspect -- <token | - | --file F> [--json]`: what this API thinks of a token, without the app running. */
const { NO_COLOR } = process.env;
const { commands, surroundings } = await prepareCommand('lib/inspect/command.ts');
if (process.argv.includes('-') && process.stdin.isTTY) {
  console.error('Paste the token, then press Enter and Ctrl+D.');
}
const { output, complaint, exitCode } = await commands.inspectCommand({
  ...surroundings,
  args: process.argv.slice(2),
  input: process.stdin,
  colour: process.stdout.isTTY === true && !NO_COLOR,
});
process.stderr.write(complaint);
// Whoever reads the first lines only, as `head` does, closes the pipe: no reason to complain.
process.stdout.on('error', () => process.exit(exitCode));
process.stdout.write(output, () => process.exit(exitCode));
