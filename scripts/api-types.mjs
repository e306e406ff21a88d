import { writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import path from 'node:path';
import { root } from './root.mjs';
import { importTypeScript } from './typescript.mjs';

/** `npm run api-types`: the types of the API, for a client that openapi-fetch makes, from its document. */
const target = path.join(root, 'e2e/support/api-schema.d.ts');

/** The generator needs the compiler's programming interface, which the TypeScript of this project does not have. */
const useTypeScript5 = `export const resolve = (specifier, context, next) =>
  next(specifier === 'typescript' ? 'typescript-5' : specifier, context);`;

async function apiTypes() {
  const { openApiDocument } = await importTypeScript('lib/api/index.ts');
  register(`data:text/javascript,${encodeURIComponent(useTypeScript5)}`);
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const document = openApiDocument({
    baseUrl: 'http://localhost:3000',
    requestPrefix: 'example:',
    cookieName: 'session',
  });
  const ast = await openapiTS(JSON.parse(JSON.stringify(document)), { defaultNonNullable: false });
  return `/** Made by \`npm run api-types\`; not for changing by hand. */\n${astToString(ast)}`;
}

const types = await apiTypes();
if (process.argv.includes('--print')) process.stdout.write(types);
else await writeFile(target, types);
