import { describe, expect, it } from 'vitest';
import { missingSignIn, type SignInRules, signInRules } from './sign-in-rules';

const now = 1_800_000_000;
const recent: SignInRules = { 'note:delete': { within: 300 } };
const strong: SignInRules = { 'note:delete': { acr: ['strong', 'stronger'] } };
const missing = (claims: object, rules: SignInRules = recent) =>
  missingSignIn('note:delete', { claims: claims as never }, { rules, now, tolerance: 30 });

describe('a recent sign-in', () => {
  it.each([now, now - 300, now - 330, now + 30])('at %i is recent enough', (time) => {
    expect(missing({ auth_time: time })).toBeUndefined();
  });

  it('that was earlier is asked for again, with its age', () => {
    expect(missing({ auth_time: now - 331 })).toMatchObject({
      maxAge: 300,
      because: 'the sign-in was 331 seconds ago',
      silent: false,
    });
  });

  it.each([
    undefined,
    null,
    String(now),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    {},
    now + 31,
    now * 1_000,
  ])('that a token tells as %j is refused: nobody can check it', (time) => {
    expect(missing({ auth_time: time, iat: now })).toMatchObject({ maxAge: 300, silent: true });
  });
});

describe('a strong sign-in', () => {
  it.each(['strong', 'stronger'])('by %s will do', (acr) => {
    expect(missing({ acr }, strong)).toBeUndefined();
  });

  it.each(['weak', 'strong ', 'Strong', 'strong stronger', '', '0'])('by "%s" will not', (acr) => {
    expect(missing({ acr }, strong)).toMatchObject({ acrValues: ['strong', 'stronger'], silent: false });
  });

  it.each([undefined, null, 1, ['strong']])('that a token tells as %j is refused', (acr) => {
    expect(missing({ acr, amr: ['mfa'] }, strong)).toMatchObject({ silent: true });
  });

  it('and a recent one are both needed where both are asked for', () => {
    const both: SignInRules = { 'note:delete': { within: 300, acr: ['strong'] } };
    expect(missing({ auth_time: now, acr: 'weak' }, both)).toMatchObject({ acrValues: ['strong'] });
    expect(missing({ auth_time: now - 900, acr: 'strong' }, both)).toMatchObject({ maxAge: 300 });
    expect(missing({ auth_time: now, acr: 'strong' }, both)).toBeUndefined();
  });
});

describe('what is required', () => {
  const judge = { rules: recent, now, tolerance: 30 };
  const old = { claims: { auth_time: now - 900 } as never };

  it('asks for nothing where its actions have no rule', () => {
    for (const requirement of ['signed-in', 'note:read', { allOf: ['note:read', 'note:create'] }] as const)
      expect(missingSignIn(requirement, old, judge)).toBeUndefined();
  });

  it('of several actions asks for all, or for one', () => {
    expect(missingSignIn({ allOf: ['note:read', 'note:delete'] }, old, judge)).toMatchObject({ maxAge: 300 });
    expect(missingSignIn({ anyOf: ['note:read', 'note:delete'] }, old, judge)).toBeUndefined();
    expect(missingSignIn({ anyOf: ['note:delete'] }, old, judge)).toMatchObject({ maxAge: 300 });
  });
});

describe('rules by name', () => {
  it('are put together by action', () => {
    expect(signInRules({ 'note:delete': 300 }, { 'note:delete': ['a'], 'note:update': ['b'] })).toEqual({
      'note:delete': { within: 300, acr: ['a'] },
      'note:update': { acr: ['b'] },
    });
  });

  it.each(['note:remove', 'Note:delete', '__proto__', 'example:note:delete'])(
    'of no action (%s) are told',
    (name) => {
      expect(signInRules(JSON.parse(`{"${name}":300}`), {})).toEqual({ unknown: name });
    },
  );
});
