import { describe, expect, it } from 'vitest';
import { readFrontchannelLogout } from './frontchannel';

const issuer = 'https://login.example/tenant/v2.0';
const read = (query: string) =>
  readFrontchannelLogout(new URLSearchParams(query), [issuer, 'https://sts.example/tenant/']);
const asked = (sid: string) => ({ outcome: 'asked', target: { issuer, subject: undefined, sid } });
const named = `iss=${encodeURIComponent(issuer)}`;

describe('a front-channel logout', () => {
  it.each(['sid=abc', `sid=abc&${named}`, `${named}&sid=abc`, 'sid=abc&other=1'])(
    '"%s" ends what was begun in that session of the configured provider',
    (query) => {
      expect(read(query)).toEqual(asked('abc'));
    },
  );

  it('may name the provider as access tokens of the same tenant do (Entra ID, version 1)', () => {
    expect(read('sid=abc&iss=https%3A%2F%2Fsts.example%2Ftenant%2F')).toEqual(asked('abc'));
  });

  it.each([
    ['', 'sid must be there once'],
    [named, 'sid must be there once'],
    ['sid=a&sid=b', 'sid must be there once'],
    ['sid=a&sid=a', 'sid must be there once'],
    ['sid=', 'sid must have'],
    ['sid=a%20b', 'sid must have'],
    ['sid=a%00', 'sid must have'],
    ['sid=%F0%9F%98%80', 'sid must have'],
    [`sid=${'a'.repeat(256)}`, 'sid must have'],
    ['sid=abc&iss=', 'another provider'],
    ['sid=abc&iss=https%3A%2F%2Fevil.example', 'another provider'],
    [`sid=abc&${named}/`, 'another provider'],
    [`sid=abc&${named}&${named}`, 'iss may be there once'],
  ])('"%s" ends nothing, and is told so', (query, because) => {
    const logout = read(query);
    expect(logout).toMatchObject({ outcome: 'refused', because: expect.stringContaining(because) });
  });
});
