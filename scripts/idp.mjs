import { readOptions } from './arguments.mjs';
import { prepareCommand } from './command.mjs';
import { importTypeScript } from './typescript.mjs';

const usage = `npm run -s idp -- rotate [--lead SECONDS]

Has the embedded provider sign with another key, running or not: one of IDP_KEYS where that is set, else a new one.
  --lead  seconds until it signs (default 60): whoever keeps the key set reads it again before it is needed`;

const [verb, ...args] = process.argv.slice(2);
const isHelp = verb === undefined || verb.startsWith('-');
const { lead } = readOptions(
  { lead: { type: 'string', default: '60' } },
  usage,
  isHelp ? process.argv.slice(2) : args,
);
if (verb !== 'rotate' || !/^\d{1,5}$/.test(lead)) {
  console.error(`Usage: ${usage}`);
  process.exit(2);
}
const { commands: config, surroundings } = await prepareCommand('lib/config/index.ts');
const { rotateCommand } = await importTypeScript('idp/command.ts');
const result = await rotate();
if ('complaint' in result) {
  console.error(result.complaint);
  process.exit(1);
}
console.error(result.said);

async function rotate() {
  try {
    const { embedded, provider, baseUrl, dataDirectory } = config.lookAtConfig(
      surroundings.env,
      surroundings,
    );
    if (!embedded) return { complaint: 'OIDC_ISSUER is set: that provider rotates its keys itself.' };
    return await rotateCommand(
      {
        ...embedded,
        dataDirectory,
        issuer: provider.issuer,
        appBaseUrl: baseUrl,
        audience: provider.audiences[0] ?? '',
      },
      { lead: Number(lead), clock: Date.now },
    );
  } catch (error) {
    return { complaint: error.message };
  }
}
