import { describe, expect, it } from 'vitest';
import { Fields } from './fields';
import { readTrustedProxy } from './trusted-proxy';

const read = (text: string) => {
  const fields = new Fields({ TRUSTED_PROXY: text });
  return { value: readTrustedProxy(fields), problems: fields.problems };
};

describe('TRUSTED_PROXY', () => {
  it.each([
    ['', undefined],
    ['1', { hops: 1 }],
    ['10.0.0.0/8', { addresses: ['10.0.0.0/8'] }],
    ['192.0.2.7, fd00::/8 , ::1', { addresses: ['192.0.2.7', 'fd00::/8', '::1'] }],
  ])('"%s" is understood', (text, value) => {
    expect(read(text)).toEqual({ value, problems: [] });
  });

  it.each([
    '0',
    '10',
    '-1',
    '*',
    'all',
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/',
    '::1/129',
    '10.0.0',
    '1,2',
    '1, 10.0.0.1',
  ])('"%s" is refused, with the variable and the fix', (text) => {
    const { value, problems } = read(text);
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([
      { variable: 'TRUSTED_PROXY', fix: expect.stringContaining('10.0.0.0/8') },
    ]);
  });
});
