import { importTypeScript } from '../scripts/typescript.mjs';

const { verifyBench } = await importTypeScript('bench/verify.ts');
await verifyBench();
