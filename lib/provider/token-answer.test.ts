import { describe, expect, test } from 'vitest';
import { grantedScopes, readTokenAnswer } from './token-answer';

const least = { access_token: 'a.b.c' };
const read = (body: unknown, status = 200) =>
  readTokenAnswer(status, typeof body === 'string' ? body : JSON.stringify(body));

describe('an answer with an access token is kept', () => {
  test('with everything a provider may send, and without what nobody knows', () => {
    const grant = {
      ...least,
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: 'r',
      id_token: 'i',
      scope: 'openid a',
    };
    expect(read({ ...grant, ext_expires_in: 7 })).toEqual({ outcome: 'granted', grant });
  });

  test.each([200, 201, 203, 299])('with status %i', (status) => {
    expect(read(least, status)).toEqual({ outcome: 'granted', grant: least });
  });

  test.each([
    ['a byte order mark', `\uFEFF${JSON.stringify(least)}`],
    ['white space', `\r\n ${JSON.stringify(least)}\n`],
  ])('behind %s', (_name, text) => {
    expect(read(text)).toEqual({ outcome: 'granted', grant: least });
  });

  test.each([
    { token_type: 7 },
    { token_type: null },
    ...[0, -1, '0', '-1', 'soon', '', null, true, [300], {}, '1e9999'].map((expires_in) => ({ expires_in })),
    ...[7, null, '', {}, ['i']].map((id_token) => ({ id_token })),
    ...[7, null, '', {}, ['r']].map((refresh_token) => ({ refresh_token })),
    ...[7, null, '', {}, [], [7], [null]].map((scope) => ({ scope })),
    { error: null },
    { error: '' },
    { error: 'invalid_scope' },
  ])('though it says %j: what cannot be read is as good as absent', (oddity) => {
    expect(read({ ...least, ...oddity })).toEqual({ outcome: 'granted', grant: least });
  });

  test('with a lifetime no number can hold as without one', () => {
    expect(read('{"access_token":"a.b.c","expires_in":1e999}')).toEqual({ outcome: 'granted', grant: least });
  });

  test.each([
    ['300', 300],
    ['0.5', 0.5],
    [0.5, 0.5],
  ])('with a lifetime of %j', (expires_in, seconds) => {
    expect(read({ ...least, expires_in })).toMatchObject({ grant: { expires_in: seconds } });
  });

  test.each([
    [' openid  example:note:read ', ['openid', 'example:note:read']],
    [
      ['openid', 'example:note:read'],
      ['openid', 'example:note:read'],
    ],
    [['openid', 7, '', null], ['openid']],
    [undefined, undefined],
  ])('with scope %j', (scope, granted) => {
    const answer = read({ ...least, scope });
    if (answer.outcome !== 'granted') throw new Error(answer.outcome);
    expect(grantedScopes(answer.grant)).toEqual(granted);
  });
});

describe('an answer without an access token', () => {
  test.each([undefined, null, '', 7, {}, []])(
    'does not lose the refresh token that it brings (%j)',
    (access_token) => {
      for (const more of [{}, { error: 'server_error' }, { token_type: 'Bearer' }]) {
        expect(read({ access_token, refresh_token: 'refresh-2', ...more })).toEqual({
          outcome: 'unavailable',
          reason: 'the token endpoint answered 200, but access_token is missing or wrong',
          permanent: true,
          refreshToken: 'refresh-2',
        });
      }
    },
  );

  test.each([
    ['nothing', '', 'the body'],
    ['a web page', '<html>', 'the body'],
    ['a list', [least], 'the body'],
    ['a text', '"a.b.c"', 'the body'],
    ['null', 'null', 'the body'],
    ['no token', {}, 'access_token'],
    ['an error that is no text', { error: { code: 'invalid_grant' } }, 'access_token'],
  ])('says what is wrong: a 2xx with %s', (_name, body, field) => {
    for (const status of [200, 201]) {
      expect(read(body, status)).toEqual({
        outcome: 'unavailable',
        reason: `the token endpoint answered ${status}, but ${field} is missing or wrong`,
        permanent: true,
      });
    }
  });

  test('that names an OAuth error is a no, with 200 as with 400', () => {
    for (const status of [200, 400, 401, 403, 404]) {
      expect(read({ error: 'invalid_grant', error_description: 'gone' }, status)).toEqual({
        outcome: 'refused',
        error: 'invalid_grant',
        description: 'gone',
      });
    }
  });

  test.each([302, 408, 429, 500, 502, 503])('is no answer at all with status %i', (status) => {
    expect(read({ error: 'invalid_grant' }, status)).toEqual({
      outcome: 'unavailable',
      reason: `the token endpoint answered ${status}`,
    });
  });

  test('holds no new refresh token where it is none of a success', () => {
    expect(read({ refresh_token: 'of-somebody' }, 500)).not.toHaveProperty('refreshToken');
  });
});
