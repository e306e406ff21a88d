import { accessClaims, accessToken, encodePart, headerOf, partsOf, type TokenContext } from '../tokens';
import { forEach, type HostileToken, refusedBy } from './hostile-token';

const valid = (context: TokenContext) => accessToken(context);

const size = refusedBy('size', {
  'a signed token of more than 16 KiB': (context) => accessToken(context, { padding: 'x'.repeat(16_384) }),
  'a signed token of 1 MiB': (context) => accessToken(context, { padding: 'x'.repeat(786_432) }),
  '16 KiB of one character too many': () => 'a'.repeat(16_385),
  'a mebibyte of dots': () => '.'.repeat(1_048_576),
});

const form = refusedBy('form', {
  'an empty string': () => '',
  'an opaque token': () => 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
  'a UUID': () => '3f2b8f8e-6f4c-4b8e-9d0a-0d5b6b1c2d3e',
  'two parts': (context) => partsOf(valid(context)).slice(0, 2).join('.'),
  'four parts': (context) => `${valid(context)}.AAAA`,
  'six parts': (context) => `${valid(context)}.AAAA.AAAA.AAAA`,
  'an encrypted token': () =>
    `${Buffer.from('{"alg":"RSA-OAEP-256","enc":"A256GCM"}').toString('base64url')}.AAAA.AAAA.AAAA.AAAA`,
  'two dots alone': () => '..',
  'a dot alone': () => '.',
  'an empty header': (context) => valid(context).replace(/^[^.]+/, ''),
  'an empty payload': (context) => valid(context).replace(/\.[^.]+\./, '..'),
  'an empty signature': (context) => valid(context).replace(/[^.]+$/, ''),
  'alg none without a signature': (context) =>
    `${encodePart({ alg: 'none' })}.${encodePart(accessClaims(context))}.`,
  'a dot before': (context) => `.${valid(context)}`,
  'a dot after': (context) => `${valid(context)}.`,
  'full-width dots': (context) => valid(context).replaceAll('.', '．'),
  'a token twice': (context) => `${valid(context)},${valid(context)}`,
  'the JSON serialization of a JWS': (context) => {
    const [header, payload, signature] = partsOf(valid(context));
    return JSON.stringify({ protected: header, payload, signature });
  },
});

const parts = ['header', 'payload', 'signature'] as const;

/** The valid token with one of its parts spelled otherwise. */
function respelled(context: TokenContext, part: (typeof parts)[number], spell: (text: string) => string) {
  const all = partsOf(valid(context));
  const index = parts.indexOf(part);
  all[index] = spell(all[index] ?? '');
  return all.join('.');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Sets bits of the last character that carry nothing; a loose decoder reads the same bytes. */
function withStrayBits(text: string): string {
  const last = alphabet.indexOf(text.at(-1) ?? '');
  return text.slice(0, -1) + alphabet.charAt(last | 1);
}

/** Makes the last character of each part carry less than six bits, whatever the lengths are. */
function tokenWithSpareBits(context: TokenContext): string {
  for (let filler = 0; filler < 3; filler++) {
    const text = 'x'.repeat(filler);
    const token = accessToken(context, { filler: text }, { header: { filler: text } });
    const [header, payload] = partsOf(token);
    if (header.length % 4 !== 0 && payload.length % 4 !== 0) return token;
  }
  throw new Error('no filler leaves spare bits in both parts');
}

function withStrayBitsIn(context: TokenContext, index: number): string {
  const all = partsOf(tokenWithSpareBits(context));
  all[index] = withStrayBits(all[index] ?? '');
  return all.join('.');
}

const oneCharacterOfEachKind = [
  ...[' ', '\t', '\n', '\r', '\0', '\x7f', '\x1b'],
  ...'!"#$%&\'()*,/:;<=>?@[\\]^`{|}~+',
  ...['é', 'ÿ', 'Ā', '€', 'а', 'Ａ', '０', '\u00ad', '\u200b', '\u2028', '\ufeff', '😀', '\ud800'],
];

const codePoint = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const encoding = refusedBy('encoding', {
  ...forEach(
    parts,
    (part) => `padding after the ${part}`,
    (context, part) => respelled(context, part, (text) => `${text}=`),
  ),
  ...forEach(
    parts,
    (part) => `double padding after the ${part}`,
    (context, part) => respelled(context, part, (text) => `${text}==`),
  ),
  ...forEach(
    parts,
    (part) => `a ${part} with one character too many for its bytes`,
    (context, part) => respelled(context, part, (text) => text + 'A'.repeat((5 - (text.length % 4)) % 4)),
  ),
  ...forEach(
    [0, 1, 2],
    (index) => `stray bits at the end of the ${parts[index]}`,
    (context, index) => withStrayBitsIn(context, index),
  ),
  ...forEach(
    oneCharacterOfEachKind,
    (character) => `${codePoint(character)} within the signature`,
    (context, character) => {
      const token = valid(context);
      return `${token.slice(0, -9)}${character}${token.slice(-9)}`;
    },
  ),
  ...forEach(
    [' ', '\n', '\t', '\0'],
    (character) => `${codePoint(character)} within the payload`,
    (context, character) =>
      respelled(context, 'payload', (text) => text.slice(0, 9) + character + text.slice(9)),
  ),
  'a space before': (context) => ` ${valid(context)}`,
  'a line end after': (context) => `${valid(context)}\n`,
  'the base64 alphabet instead of base64url': (context) =>
    respelled(context, 'signature', (text) => `${text.slice(0, -4)}+/+/`),
  'a token in quotes': (context) => `"${valid(context)}"`,
  'a scheme before the token': (context) => `Bearer ${valid(context)}`,
  'an SD-JWT with a disclosure': (context) => `${valid(context)}~WyJhIiwiYiIsMV0~`,
  'a header in plain JSON': (context) =>
    `${JSON.stringify(headerOf(context.rsa))}.${partsOf(valid(context)).slice(1).join('.')}`,
});

/** Too large, not three parts, not base64url. */
export const formCorpus: readonly HostileToken[] = [...size, ...form, ...encoding];
