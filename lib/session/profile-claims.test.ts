import { describe, expect, it } from 'vitest';
import { calledIn, mergeClaims, nameOf } from './profile-claims';

describe('what a person is called', () => {
  it.each([
    [{ name: 'Alice', preferred_username: 'al', email: 'a@b.example', sub: '1' }, 'Alice'],
    [{ given_name: 'Alice', family_name: 'Liddell', preferred_username: 'al' }, 'Alice Liddell'],
    [{ given_name: 'Alice', family_name: 7 }, 'Alice'],
    [{ family_name: 'Liddell', given_name: null }, 'Liddell'],
    [{ preferred_username: 'al', nickname: 'Ali', email: 'a@b.example', sub: '1' }, 'al'],
    [{ nickname: 'Ali', email: 'a@b.example', sub: '1' }, 'Ali'],
    [{ name: '', email: 'a@b.example', sub: '1' }, 'a@b.example'],
    [{ name: ' \n', sub: '1' }, '1'],
    [{ name: 7, preferred_username: null, email: ['a'], sub: '1' }, '1'],
    [{ name: 'x'.repeat(60_000) }, 'x'.repeat(400)],
    [{ sub: '1' }, '1'],
    [{}, ''],
  ])('with the claims %j is "%s"', (claims, name) => {
    expect(nameOf(claims)).toBe(name);
  });

  it('is not said by a subject', () => {
    expect(calledIn({ sub: 'alice' })).toBeUndefined();
  });
});

describe('claims of an ID token and of the UserInfo endpoint', () => {
  it('complete each other; where both say something, the signed one counts', () => {
    const merged = mergeClaims({ sub: '1', locale: 'en', name: null }, { locale: 'de', name: 'Alice' });
    expect(merged).toEqual({ sub: '1', locale: 'en', name: 'Alice' });
  });

  it('say of the sign-in itself what the token says, and nothing else', () => {
    const token = { iss: 'https://id.example', sub: '1', aud: 'app', exp: 2, iat: 1 };
    const forged = {
      iss: 'x',
      sub: '2',
      aud: 'y',
      exp: 9,
      auth_time: 9,
      acr: 'high',
      amr: ['hwk'],
      sid: 's',
      azp: 'z',
    };
    expect(mergeClaims(token, forged)).toEqual(token);
  });

  it.each([
    [{ email_verified: true }, { email: 'a@b.example' }, { email: 'a@b.example' }],
    [
      { email_verified: true },
      { email: 'a@b.example', email_verified: false },
      { email: 'a@b.example', email_verified: false },
    ],
    [{ email: 'a@b.example' }, { email: 'c@d.example', email_verified: true }, { email: 'a@b.example' }],
    [
      { email: null },
      { email: 'c@d.example', email_verified: true },
      { email: 'c@d.example', email_verified: true },
    ],
    [{ phone_number_verified: true }, { phone_number: '1' }, { phone_number: '1' }],
  ])('do not verify each other’s addresses: %j and %j are %j', (idToken, userinfo, merged) => {
    expect(mergeClaims(idToken, userinfo)).toEqual(merged);
  });

  it('may be called what they like', () => {
    const merged = mergeClaims({ sub: '1' }, JSON.parse('{"__proto__":{"admin":true},"constructor":1}'));
    expect((merged as { admin?: boolean }).admin).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });
});
