import { readOptions } from './arguments.mjs';
import { prepareCommand } from './command.mjs';

/** `npm run -s token -- --scope note:read`: an access token for a shell, on standard output and nothing else there. */
const { scope: scopes } = readOptions(
  { scope: { type: 'string', multiple: true, default: [] } },
  'npm run -s token [-- --scope note:read --scope note:create]',
);
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
