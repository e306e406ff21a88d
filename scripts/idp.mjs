import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOptions } from './arguments.mjs';
import { prepareCommand } from './command.mjs';
import { ensureInstalled } from './install.mjs';
import { importTypeScript } from './typescript.mjs';

const usage = `npm run -s idp -- --config FILE [--personality NAME] [--port N]
       npm run -s idp -- --init [--config FILE] [--force]
       npm run -s idp -- --schema
       npm run -s idp -- rotate [--lead SECONDS]

The development provider, on this machine alone.
  --config FILE  starts it with your own clients, people and API; what changes in the file is taken without a restart
  --personality  standard, cognito, auth0, entra or keycloak, whatever the file says
  --port         the port, whatever the file says
  --init         writes a file to begin with (idp.json); --force overwrites one
  --schema       prints the JSON schema of the file
  rotate         has the provider inside the app sign with another key, running or not: one of IDP_KEYS where that is set,
                 else a new one. --lead: seconds until it signs (default 60), for whoever keeps the key set`;

const [verb, ...args] = process.argv.slice(2);
if (verb === 'rotate') await rotate(args);
else await ofOnesOwn(process.argv.slice(2));

async function ofOnesOwn(args) {
  const options = readOptions(
    {
      ...{ config: { type: 'string' }, personality: { type: 'string' }, port: { type: 'string' } },
      ...{ init: { type: 'boolean' }, force: { type: 'boolean' }, schema: { type: 'boolean' } },
    },
    usage,
    args,
  );
  const { init, schema, force } = options;
  if (!init && !schema && options.config === undefined) misused();
  await ensureInstalled({ dev: false });
  const standalone = await importTypeScript('idp/standalone.ts');
  if (schema) return process.stdout.write(standalone.schemaText());
  const file = path.resolve(options.config ?? 'idp.json');
  if (init) return writeExample(file, { force, text: standalone.exampleText() });
  await serve(standalone, file, options);
}

function writeExample(file, { force, text }) {
  if (existsSync(file) && !force) fail(`${file} is there already. Overwrite it with --force.`);
  writeFileSync(file, text);
  console.error(`${file} is written. Start with it: npm run -s idp -- --config ${file}`);
}

async function serve({ startStandalone, personalities }, file, { personality, port }) {
  if (personality !== undefined && !personalities.includes(personality))
    misused(`--personality is one of ${personalities.join(', ')}.`);
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) misused('--port is a number up to 65535.');
  const started = await startStandalone({
    ...{ file, personality, say: (line) => console.log(line) },
    ...(port !== undefined && { port: Number(port) }),
  }).catch((error) => fail(error.message));
  if ('complaints' in started) fail(...started.complaints.map((complaint) => `${file}: ${complaint}`));
  console.log(`Issuer ${started.issuer}, metadata ${started.issuer}/.well-known/openid-configuration`);
  console.log(
    `Control token ${started.controlToken}, for POST ${new URL('/control/', started.issuer)}… (docs/development-provider.md)`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => started.close().then(() => process.exit(0)));
}

async function rotate(args) {
  const { lead } = readOptions({ lead: { type: 'string', default: '60' } }, usage, args);
  if (!/^\d{1,5}$/.test(lead)) misused();
  const { commands: config, surroundings } = await prepareCommand('lib/config/index.ts');
  const { rotateCommand } = await importTypeScript('idp/command.ts');
  const result = await rotated(config, { rotateCommand, surroundings, lead: Number(lead) });
  if ('complaint' in result) {
    console.error(result.complaint);
    process.exit(1);
  }
  console.error(result.said);
}

async function rotated(config, { rotateCommand, surroundings, lead }) {
  try {
    const { embedded, provider, baseUrl, dataDirectory } = config.lookAtConfig(
      surroundings.env,
      surroundings,
    );
    if (!embedded) return { complaint: 'OIDC_ISSUER is set: that provider rotates its keys itself.' };
    return await rotateCommand(
      {
        ...{ ...embedded, dataDirectory, issuer: provider.issuer, appBaseUrl: baseUrl },
        audience: provider.audiences[0] ?? '',
      },
      { lead, clock: Date.now },
    );
  } catch (error) {
    return { complaint: error.message };
  }
}

function misused(...lines) {
  fail(...lines, `Usage: ${usage}`);
}

function fail(...lines) {
  console.error(lines.join('\n'));
  process.exit(2);
}
