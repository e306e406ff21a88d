import { describe, expect, it } from 'vitest';
import { explainClaims } from './explain-claims';

const now = 1_800_000_000;
const said = (claims: Record<string, unknown>) => explainClaims(claims, now).map(({ sentence }) => sentence);
const about = (claims: Record<string, unknown>) => explainClaims(claims, now).map(({ names }) => names);

describe('claims that are easily misread', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['the age of a sign-in', { auth_time: now - 3 * 3_600 }, /last proved who they are 3 hours ago/],
    ['how somebody signed in', { amr: ['pwd', 'otp'] }, /a password \(pwd\) and a one-time code \(otp\)/],
    ['a method nobody has heard of', { amr: ['telepathy'] }, /with “telepathy”/],
    [
      'a level of the provider',
      { acr: 'urn:example:gold' },
      /“urn:example:gold”, a name that the provider defines/,
    ],
    ['the level 0', { acr: '0' }, /Below every level/],
    [
      'who acts for whom',
      { act: { sub: 'billing', act: { sub: 'gateway' } } },
      /“billing” acts for the subject, and before it “gateway”/,
    ],
    ['a bond to a DPoP key', { cnf: { jkt: 'x' } }, /by DPoP .* takes no such token/],
    ['a bond to a certificate', { cnf: { 'x5t#S256': 'x' } }, /mutual TLS/],
    ['whose token it is', { azp: 'web', sub: 'alice' }, /client “web” asked for it/],
    ['a program by its subject', { client_id: 'batch', sub: 'batch' }, /no person in it: the client “batch”/],
    ['a program at Auth0', { azp: 'batch', sub: 'batch@clients' }, /no person/],
    ['a program at Entra ID', { idtyp: 'app', azp: 'a', sub: 'b' }, /no person/],
    [
      'groups that are too many',
      { _claim_names: { groups: 'src1' }, _claim_sources: {} },
      /not in this token/,
    ],
    ['groups that are too many for a redirect', { hasgroups: true }, /not in this token/],
    [
      'groups of Cognito',
      { 'cognito:groups': ['admin', 'staff'] },
      /“admin” and “staff”. Here they permit nothing/,
    ],
    [
      'permissions beyond the scope',
      { permissions: ['read', 'delete'], scope: 'openid read' },
      /the latter alone has “delete”/,
    ],
    ['permissions that agree', { permissions: ['read'], scope: 'openid read' }, /Both agree/],
    ['no permissions', { permissions: [], scope: 'openid' }, /allow nothing at this API/],
    ['roles of a program', { roles: ['Notes.Read'] }, /token of a program/],
    [
      'roles beside scopes',
      { roles: ['Admin'], scp: 'note:read' },
      /permit nothing here, where there are scopes/,
    ],
    ['scopes in scp', { scp: 'note:read' }, /in “scp”/],
    ['a version', { ver: '1.0', iss: 'https://sts.windows.net/x/' }, /requestedAccessTokenVersion/],
  ])('say %s', (_, claims, sentence) => {
    expect(said(claims).join('\n')).toMatch(sentence);
  });

  it('are named beside what is said of them', () => {
    expect(about({ azp: 'web', sub: 'alice', amr: ['pwd'] })).toEqual([['amr'], ['azp', 'sub']]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['ordinary ones', { iss: 'https://a.example', sub: 'alice', exp: now, ver: '2.0', groups: ['a'] }],
    ['groups that are all there', { _claim_names: {}, hasgroups: false }],
    ['a sign-in in the future', { auth_time: now + 60 }],
    [
      'other types than the standards give them',
      {
        ...{ auth_time: 'yesterday', amr: 'pwd', acr: 1, act: 'me', cnf: 'key', azp: 7, permissions: {} },
        ...{ roles: 'Admin', scp: 5, ver: 1, _claim_names: 'groups', hasgroups: 'no', 'cognito:groups': 'a' },
      },
    ],
  ])('leave alone %s', (_, claims) => {
    expect(said(claims)).toEqual([]);
  });

  it('quote, cut and make visible what the token says', () => {
    const [sentence = ''] = said({ acr: `\u202e${'x'.repeat(500)}` });
    expect(sentence).toContain('“\\u{202e}xxx');
    expect(sentence.length).toBeLessThan(200);
  });

  it('take no time, however many or deep', () => {
    const deep = Array.from({ length: 1_000 }).reduce<object>((act) => ({ sub: 'a', act }), { sub: 'a' });
    const many = Array.from({ length: 10_000 }, (_, n) => `g${n}`);
    const sentences = said({ act: deep, amr: many, permissions: many, scope: many.join(' ') });
    expect(sentences.join('').length).toBeLessThan(2_000);
  });
});
