import { parseArgs } from 'node:util';
import { prepareCommand } from './command.mjs';

/** `npm run -s token -- --scope note:read`: an access token for a shell, on standard output and nothing else there. */
function options() {
  try {
    return parseArgs({ options: { scope: { type: 'string', multiple: true, default: [] } } }).values;
  } catch {
    console.error('Usage: npm run -s token [-- --scope note:read --scope note:create]');
    process.exit(2);
  }
}

const { scope: scopes } = options();
const { commands, surroundings } = await prepareCommand('lib/machine/command.ts');
const result = await commands.tokenCommand({
  ...surroundings,
  scopes,
});
if ('complaint' in result) {
  console.error(result.complaint);
  process.exit(1);
}
if (result.remark) console.error(result.remark);
process.stdout.write(`${result.token}\n`);
