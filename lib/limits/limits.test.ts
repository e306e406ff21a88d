import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newNoteSchema, notesPerOwner, pageSize } from '../notes';
import { bodyLimit, titleLimit } from '../notes/text';
import { Limiter, limits, mostKeys, tooMany } from '.';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => vi.useRealTimers());

const three = { name: 'tries', quota: 3, window: 60 };

describe('a limiter', () => {
  it('allows the quota and no more, each key for itself', async () => {
    const limiter = new Limiter(three);
    const uses = [];
    for (let n = 0; n < 4; n += 1) uses.push(await limiter.use('a'));
    expect(uses.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect((await limiter.use('b')).allowed).toBe(true);
  });

  it('allows as much again once the window is over', async () => {
    const limiter = new Limiter(three);
    for (let n = 0; n < 4; n += 1) await limiter.use('a');
    vi.advanceTimersByTime(59_000);
    expect(await limiter.use('a')).toMatchObject({ allowed: false, reset: 1 });
    vi.advanceTimersByTime(1_000);
    expect((await limiter.use('a')).allowed).toBe(true);
  });

  it('says what is left, and when there is more, in the fields of the draft', async () => {
    vi.advanceTimersByTime(0);
    const limiter = new Limiter(three);
    await limiter.use('a');
    vi.advanceTimersByTime(28_000);
    expect((await limiter.use('a')).headers).toEqual({
      'ratelimit-policy': '"tries";q=3;w=60',
      ratelimit: '"tries";r=1;t=32',
    });
  });

  it('forgets whoever was here longest ago rather than remember everybody', async () => {
    const limiter = new Limiter(three, 2);
    for (let n = 0; n < 4; n += 1) await limiter.use('a');
    for (const key of ['b', 'c']) await limiter.use(key);
    expect((await limiter.use('a')).allowed).toBe(true);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
  });

  it('of whom it remembers, keeps the count of who comes again and again', async () => {
    const limiter = new Limiter(three, 2);
    for (let n = 0; n < 4; n += 1) {
      await limiter.use('a');
      await limiter.use(`other-${n}`);
    }
    expect((await limiter.use('a')).allowed).toBe(false);
  });
});

it('an answer over the limit is 429, with the seconds to wait', async () => {
  const limiter = new Limiter({ ...three, quota: 1 });
  await limiter.use('a');
  const answer = tooMany(await limiter.use('a'));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
  expect(await answer.json()).toMatchObject({ code: 'rate_limited', detail: 'Try again in 60 seconds.' });
});

describe('docs/limits.md', () => {
  const text = readFileSync('docs/limits.md', 'utf8');
  const numbers = {
    'failed authentications of one address': `${limits.failures.quota} in ${limits.failures.window} seconds`,
    'tokens inspected by one address': `${limits.inspections.quota} in ${limits.inspections.window} seconds`,
    'writes of one person or machine': `${limits.writes.quota} in ${limits.writes.window} seconds`,
    'addresses and people that are counted at a time': mostKeys.toLocaleString('en'),
    'notes in one answer': `${pageSize.default}, at most ${pageSize.max}`,
    'notes of one person': notesPerOwner.toLocaleString('en'),
    'title of a note': `${titleLimit} characters`,
    'text of a note': `${bodyLimit.toLocaleString('en')} characters`,
  };

  it.each(Object.entries(numbers))('says of %s what is so: %s', (what, number) => {
    expect(text.toLowerCase()).toContain(`| ${what} | ${number} |`.toLowerCase());
  });

  it('says no other title than what is taken', () => {
    const taken = (length: number) => newNoteSchema.safeParse({ title: 'x'.repeat(length) }).success;
    expect([taken(titleLimit), taken(titleLimit + 1)]).toEqual([true, false]);
  });
});
