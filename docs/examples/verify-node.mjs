// A verdict for each token that comes in, one a line:
//     npm run -s token | node docs/examples/verify-node.mjs https://id.example https://api.example [keys.json]
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { importTypeScript } from '../../scripts/typescript.mjs';

const { createVerifier } = await importTypeScript('lib/token/index.ts');
const [issuer, audience, preload] = process.argv.slice(2);

const keys = preload && JSON.parse(readFileSync(preload, 'utf8'));
const verifier = createVerifier({ issuer, audience, keys });

for await (const token of createInterface({ input: process.stdin })) {
  const verdict = await verifier.verify(token);
  if (verdict.outcome === 'accepted') console.log(`accepted: ${verdict.token.subject}`);
  if (verdict.outcome === 'refused') console.log(`refused: ${verdict.refusal.because}`);
  if (verdict.outcome === 'unavailable') console.log(`unavailable: ${verdict.reason}`);

  for (const { name, result, found } of await verifier.explain(token))
    console.log(`  ${name}: ${result}, ${found}`);
}

verifier.close();
