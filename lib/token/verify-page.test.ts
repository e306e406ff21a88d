import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

describe('docs/verify.md', () => {
  const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const plain = (code: string) => code.replace(/^\s+/gm, '');

  test('shows code as it stands in the files that it names', () => {
    const page = read('docs/verify.md');
    const files = [
      'docs/examples/verify-node.mjs',
      'docs/examples/verify-express.mjs',
      'lib/token/verifier.ts',
    ];
    const sources = files.map((file) => plain(read(file)));
    const blocks = [...page.matchAll(/^```(?:js|ts)\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
    const paragraphs = blocks.flatMap((code) => code.split('\n\n').map(plain));
    expect(paragraphs.filter((code) => !sources.some((source) => source.includes(code)))).toEqual([]);
    expect(blocks.length).toBeGreaterThan(4);
  });

  test('has every option in its table', () => {
    const [, options = ''] =
      /interface VerifierOptions \{([\s\S]*?)^\}/m.exec(read('lib/token/verifier.ts')) ?? [];
    const names = [...options.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);
    const rows = [...read('docs/verify.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(names);
  });
});
