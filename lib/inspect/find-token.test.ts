import { beforeAll, describe, expect, test } from 'vitest';
import { accessToken, newTokenContext, partsOf, type TokenContext } from '../../test/token/tokens';
import { findToken, maxText } from './find-token';

let context: TokenContext;
let token: string;
let other: string;
beforeAll(async () => {
  context = await newTokenContext();
  token = accessToken(context);
  other = accessToken(context, { sub: 'user-2' });
});

/** Lines of a terminal. */
const wrapped = (text: string, width: number, gap = '\n') =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(gap);

describe('a whole token is found, unchanged,', () => {
  test.each<[string, (token: string) => string, readonly string[]]>([
    ['alone', (one) => one, []],
    ['with spaces around it', (one) => `\n  ${one} \r\n`, []],
    ['after Bearer', (one) => `Bearer ${one}`, ['scheme']],
    ['after bearer and two spaces', (one) => `bearer  ${one}`, ['scheme']],
    ['in a header', (one) => `Authorization: Bearer ${one}`, ['header']],
    [
      'in a header among others',
      (one) => `Host: a.example\r\nauthorization: Bearer ${one}\r\nAccept: */*`,
      ['header'],
    ],
    ['in a curl line', (one) => `curl -H 'Authorization: Bearer ${one}' https://api.example`, ['command']],
    [
      'in a curl line over lines',
      (one) => `curl https://api.example \\\n  -H "authorization: Bearer ${one}" \\\n  -v`,
      ['command'],
    ],
    [
      'in a JSON answer',
      (one) => JSON.stringify({ token_type: 'Bearer', access_token: one, expires_in: 300 }),
      ['json'],
    ],
    ['in JSON in JSON', (one) => JSON.stringify({ body: JSON.stringify({ access_token: one }) }), ['json']],
    ['in JSON that lost its end', (one) => `{"access_token": "${one}", "expires_in": 3`, ['quoted']],
    ['in a JSON string', (one) => JSON.stringify(one), ['quoted']],
    ['in single quotes', (one) => `'${one}'`, ['quoted']],
    ['in the quotes of a text processor', (one) => `“${one}”`, ['quoted']],
    ['in backticks', (one) => `\`${one}\``, ['quoted']],
    ['in an assignment', (one) => `export TOKEN="${one}";`, ['quoted']],
    ['in a sentence', (one) => `My token is ${one} and it does not work.`, ['surrounded']],
    ['at the end of a sentence', (one) => `It is ${one}.`, ['surrounded']],
    [
      'in a fragment',
      (one) => `https://app.example/cb#access_token=${one}&token_type=Bearer`,
      ['surrounded'],
    ],
    ['after Bearer, percent-encoded', (one) => `Bearer%20${one}`, ['url-encoded']],
    [
      'percent-encoded whole',
      (one) => encodeURIComponent(`"${one}"`).replaceAll('.', '%2E'),
      ['url-encoded'],
    ],
    ['percent-encoded twice', (one) => `Bearer%2520${one}`, ['url-encoded']],
    ['wrapped at 76', (one) => wrapped(one, 76), ['wrapped']],
    [
      'wrapped at 40 with Windows line ends and an indent',
      (one) => wrapped(one, 40, '\r\n    '),
      ['wrapped'],
    ],
    ['wrapped by a shell', (one) => wrapped(one, 60, '\\\n'), ['wrapped']],
    ['wrapped by a program', (one) => `"${wrapped(one, 60, '" +\n  "')}"`, ['wrapped']],
    ['wrapped by a mail', (one) => `> ${wrapped(one, 60, '\n> ')}`, ['wrapped']],
    ['wrapped with line ends that were escaped', (one) => wrapped(one, 64, '\\n'), ['wrapped']],
    [
      'wrapped in a header, before others',
      (one) => `Authorization: Bearer ${wrapped(one, 70)}\nHost: api.example`,
      ['wrapped'],
    ],
    ['with spaces for line ends', (one) => wrapped(one, 64, ' '), ['wrapped']],
    ['with the colours of a terminal', (one) => `\u001b[32m${one}\u001b[0m`, ['invisible']],
    ['with a zero-width space', (one) => `${one.slice(0, 50)}\u200b${one.slice(50)}`, ['invisible']],
    ['in UTF-16 that was read as UTF-8', (one) => `\ufffd\ufffd${[...one].join('\0')}\0`, ['invisible']],
    ['in base64 once more', (one) => Buffer.from(one).toString('base64'), ['base64']],
    ['in base64 once more, with a line end', (one) => Buffer.from(`${one}\n`).toString('base64'), ['base64']],
  ])('%s', (_name, form, repairs) => {
    const found = findToken(form(token));
    expect(found?.token).toBe(token);
    expect(found?.repairs).toEqual(expect.arrayContaining([...repairs]));
    expect(repairs.length > 0).toBe((found?.repairs.length ?? 0) > 0);
    expect(found?.isCut).toBe(false);
  });
});

describe('of several tokens', () => {
  test('the access token is taken, wherever it stands', () => {
    for (const answer of [
      { id_token: other, refresh_token: other, access_token: token },
      { AuthenticationResult: { IdToken: other, AccessToken: token } },
      { idToken: other, accessToken: token },
      [{ id_token: other }, { access_token: token }],
    ]) {
      expect(findToken(JSON.stringify(answer))).toMatchObject({ token, name: 'access_token' });
    }
    expect(findToken(`id_token=${other}&access_token=${token}`)).toMatchObject({ token, others: 1 });
    expect(findToken(`Cookie: a=${other}\nAuthorization: Bearer ${token}`)).toMatchObject({
      token,
      others: 1,
    });
  });

  test('the first is taken where nobody says what they are, and the others are counted', () => {
    expect(findToken(`${token}\n\n${other}\n${other}`)).toMatchObject({ token, others: 2 });
    expect(findToken(JSON.stringify([token, other]))).toMatchObject({ token, others: 1 });
  });

  test('another kind is taken where there is no access token, with its name', () => {
    expect(findToken(JSON.stringify({ id_token: token }))).toMatchObject({ token, name: 'id_token' });
    expect(findToken('{"refresh_token":"v1.MRq4-abcdefghij","scope":"openid"}')).toMatchObject({
      token: 'v1.MRq4-abcdefghij',
      name: 'refresh_token',
    });
  });
});

describe('what is no JWT', () => {
  test.each([
    ['opaque', 'gho_16C7e42F292c6912E7710c838347Ae178B4a', 'gho_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['opaque after Bearer', 'Bearer abc.def', 'abc.def'],
    ['opaque in JSON', '{"access_token":"SlAV32hkKG","token_type":"Bearer"}', 'SlAV32hkKG'],
    ['opaque in a curl line', "curl -H 'Authorization: Bearer SlAV32hkKG' https://a.example", 'SlAV32hkKG'],
    ['padded', 'abcdefgh==', 'abcdefgh=='],
  ])('and %s is found', (_name, text, expected) => {
    expect(findToken(text)?.token).toBe(expected);
  });

  test.each([
    ['nothing', ''],
    ['spaces', ' \n\t '],
    ['prose', 'The bearer authentication does not work for me'],
    ['HTML', '<script>alert(1)</script>'],
    ['claims', '{"iss":"https://a.example","sub":"1","exp":1}'],
    ['JSON without a token', '{"token_type":"Bearer","expires_in":300,"id":"abcdefghij"}'],
    ['dots', '... ... …'],
  ])('and is %s is not', (_name, text) => {
    expect(findToken(text)).toBeUndefined();
  });
});

describe('a token that was cut', () => {
  test('is found with what there is of it', () => {
    const [header, payload] = partsOf(token);
    expect(findToken(`${header}.${payload.slice(0, 20)}`)?.token).toBe(`${header}.${payload.slice(0, 20)}`);
    expect(findToken(header.slice(0, 12))?.token).toBe(header.slice(0, 12));
    for (const ellipsis of ['...', '…', '... (truncated)']) {
      const text = `Authorization: Bearer ${header}.${payload.slice(0, 9)}${ellipsis}`;
      expect(findToken(text)).toMatchObject({ token: `${header}.${payload.slice(0, 9)}`, isCut: true });
    }
  });

  test('takes no words of the text after it along', () => {
    const cut = token.slice(0, -40);
    expect(findToken(`${cut} is my token`)?.token).toBe(cut);
    expect(findToken(`Bearer ${cut}\nHost: a.example`)?.token).toBe(cut);
  });
});

describe('a mebibyte of anything', () => {
  test.each<[string, (token: string) => string]>([
    ['one letter', () => 'e'],
    ['beginnings', () => 'eyJ'],
    ['beginnings on lines', () => 'eyJ\n'],
    ['headers on lines', (one) => `${partsOf(one)[0]}\n`],
    ['headers and dots', (one) => `${partsOf(one)[0]}.\n`],
    ['tokens without an end', (one) => `${one.slice(0, -100)}\n`],
    ['whole tokens', (one) => `${one}\n`],
    ['quotes', () => '"'],
    ['open brackets', () => '['],
    ['nested objects', () => '{"a":'],
    ['percent signs', () => '%25'],
    ['percent signs in percent signs', () => '%2525'],
    ['names', () => 'access_token='],
    ['schemes', () => 'bearer '],
    ['headers of HTTP', () => 'Authorization: '],
    ['spaces', () => ' a'],
    ['controls', () => '\u001b['],
    ['base64 of base64', () => 'ZXlK'],
    ['dots', () => '.'],
    ['ellipses', () => 'eyJ...'],
    ['right-to-left text', () => '\u202eeyJ\u05d0'],
  ])('is looked through within a second: %s', (_name, unit) => {
    const piece = unit(token);
    const text = piece.repeat(Math.ceil(maxText / piece.length));
    // The best of three: on a busy machine one of them may have waited for others.
    const times = [1, 2, 3].map(() => {
      const before = performance.now();
      findToken(text);
      return performance.now() - before;
    });
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  test('of which JSON is a part, deep and wide', () => {
    const deep = `${'['.repeat(100_000)}${JSON.stringify(token)}${']'.repeat(100_000)}`;
    expect(findToken(deep)?.token).toBe(token);
    const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`c${index}`, index]));
    expect(findToken(JSON.stringify({ ...wide, access_token: token }))?.token).toBe(token);
  });
});
