import { beforeAll, describe, expect, it } from 'vitest';
import { inspecting } from '../../test/inspect/inspecting';
import { accessToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { type Comparison, compare, inspect } from './index';

let context: TokenContext;
beforeAll(async () => {
  context = await newTokenContext();
});

const both = async (one: string, other: string): Promise<Comparison> => {
  const options = inspecting(context);
  return compare(await inspect(one, options), await inspect(other, options));
};
const token = (claims: Record<string, unknown> = {}) => accessToken(context, claims);
const claim = ({ claims }: Comparison, name: string) => claims.find((one) => one.name === name);

describe('two tokens side by side', () => {
  it('say which one is taken, and why the other is not', async () => {
    const { sentences, checks } = await both(token(), token({ exp: context.now - 3_600 }));
    expect(sentences[0]).toBe('This API would take the first and refuse the second: it expired 1 hour ago.');
    expect(checks[0]).toMatchObject({
      name: 'expiry',
      differs: true,
      one: { result: 'pass' },
      other: { result: 'fail' },
    });
    expect(checks.slice(1).every(({ differs }) => !differs)).toBe(true);
    const turned = await both(token({ exp: context.now - 3_600 }), token());
    expect(turned.sentences[0]).toBe(
      'This API would take the second and refuse the first: it expired 1 hour ago.',
    );
  });

  it('say why neither is taken', async () => {
    const { sentences } = await both(
      token({ exp: context.now - 3_600 }),
      token({ aud: 'https://b.example' }),
    );
    expect(sentences[0]).toBe(
      'This API would refuse both: the first, because it expired 1 hour ago; the second, because it is meant for another API, “https://b.example”.',
    );
  });

  it('say who lacks which scope', async () => {
    const { sentences, claims } = await both(
      token({ scope: 'openid example:note:read example:note:delete' }),
      token({ scope: 'example:note:read openid' }),
    );
    expect(sentences).toContain('The second lacks “example:note:delete”.');
    expect(sentences.join()).not.toContain('The first lacks');
    expect(claims[0]).toMatchObject({ name: 'scope', difference: 'differs' });
  });

  it.each([
    ['people', { sub: 'bob' }, /different people: “user-1” and “bob”/],
    ['issuers', { iss: 'https://b.example' }, /different issuers/],
    ['audiences', { aud: 'https://b.example' }, /different audiences/],
  ])('say that they are of different %s', async (_, claims, sentence) => {
    expect((await both(token(), token(claims))).sentences.join('\n')).toMatch(sentence);
  });

  it('know a difference of meaning from one of spelling', async () => {
    const comparison = await both(
      token({ scope: 'a b', aud: [context.audience, 'x'], address: { a: 1, b: [2] }, list: [1, 2] }),
      token({ scope: 'b a b', aud: ['x', context.audience], address: { b: [2], a: 1 }, list: [2, 1] }),
    );
    for (const name of ['scope', 'aud', 'address']) expect(claim(comparison, name)?.difference).toBe('same');
    expect(claim(comparison, 'list')?.difference).toBe('differs');
  });

  it('put what differs first, and after it what differs from any token to the next', async () => {
    const { claims, sentences } = await both(
      token({ jti: '1', department: 'Hats' }),
      token({ jti: '2', department: 'Tea', iat: context.now - 2, extra: null }),
    );
    expect(claims.filter(({ difference }) => difference === 'differs').map(({ name }) => name)).toEqual([
      'department',
      'extra',
    ]);
    expect(claims[0]).toMatchObject({ one: '"Hats"', other: '"Tea"' });
    expect(claims[1]).toMatchObject({ one: undefined, other: 'null' });
    const order = claims.map(({ difference }) => difference);
    expect(order).toEqual(order.toSorted((a, b) => rank.indexOf(a) - rank.indexOf(b)));
    expect(claims.filter(({ difference }) => difference === 'routine').map(({ name }) => name)).toContain(
      'jti',
    );
    expect(sentences.join()).toMatch(/is newer by/);
  });

  it('that are one and the same say so', async () => {
    const one = token();
    const { sentences, claims } = await both(one, one);
    expect(sentences).toEqual(['This API would take both.', 'They say the same.']);
    expect(claims.every(({ difference }) => difference === 'same')).toBe(true);
  });

  it('say which is an ID token, and what that is for', async () => {
    const claims = { aud: context.clientId, nonce: 'n', scope: undefined };
    const idToken = accessToken(context, claims, { header: { typ: 'JWT' } });
    const { sentences } = await both(token(), idToken);
    expect(sentences.join('\n')).toMatch(
      /The first is an access token: .*\nThe second is an ID token: .*No API may/,
    );
    expect(sentences.join('\n')).not.toContain('lacks');
  });

  it.each(['', 'hello there', '{"iss":"x"}'])('say that there is none in %j', async (text) => {
    const { sentences } = await both(token(), text);
    expect(sentences).toEqual(['There is no token to compare in the second.']);
  });

  it('hold neither token nor signature', async () => {
    const [one, other] = [token(), token({ sub: 'bob' })];
    const text = JSON.stringify(await both(one, other));
    for (const part of [one, other].flatMap((whole) => whole.split('.'))) expect(text).not.toContain(part);
  });

  it('of ten thousand claims are compared in a moment, and cut', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`c${n}`, n]));
    const { claims } = await both(token(many), token());
    expect(claims.length).toBeLessThanOrEqual(200);
  });
});

const rank = ['differs', 'routine', 'same'];
