import { spawn } from 'node:child_process';
import { readOptions } from './arguments.mjs';
import { prepareCommand } from './command.mjs';

const usage = `npm run -s token [-- --scope note:read --scope note:create]
       npm run -s token -- --sign-in [--scope …] [--port PORT] [--no-open]

Prints an access token, and nothing else on standard output: for a program (client credentials), or for you.
  --scope    an action or a scope value, several times or separated by spaces; all actions where nothing is said
  --sign-in  you sign in by your browser, which comes back to http://127.0.0.1:PORT/callback
  --port     where it comes back to; any that is free where nothing is said
  --no-open  only prints the address to sign in at
  --decode   header and claims as JSON in place of the token`;

const { scope, port, decode, ...given } = readOptions(
  {
    scope: { type: 'string', multiple: true, default: [] },
    'sign-in': { type: 'boolean' },
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
    decode: { type: 'boolean' },
  },
  usage,
);
if (
  (port !== undefined && !/^\d{1,5}$/.test(port)) ||
  ((port ?? given['no-open']) !== undefined && !given['sign-in'])
) {
  console.error(`Usage: ${usage}`);
  process.exit(2);
}
const { commands, surroundings } = await prepareCommand('lib/machine/command.ts');
const result = await commands.tokenCommand({
  ...surroundings,
  scopes: scope,
  decode,
  signIn: given['sign-in'] && { port: Number(port ?? 0), patience: 5 * 60_000, onAddress: askForSignIn },
});
if ('complaint' in result) {
  console.error(result.complaint);
  process.exit(1);
}
if (result.remark) console.error(result.remark);
process.stdout.write(`${result.output}\n`, () => process.exit(0));

function askForSignIn(url) {
  console.error(`Sign in at\n\n${url}\n`);
  if (given['no-open']) return;
  const [command, ...args] = { darwin: ['open'], win32: ['explorer.exe'] }[process.platform] ?? ['xdg-open'];
  // Where there is no browser, the address is on the screen.
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
