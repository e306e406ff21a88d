import { decodeBase64url, splitCompact } from './compact';
import { type Check, type Finding, fail, notApplicable, pass, show } from './examination';
import { type JsonObject, parseObject } from './json';
import { candidates } from './key-set';

/** The largest token that is looked at, in characters (all of them ASCII). */
export const maxTokenLength = 16 * 1024;

/** Signature algorithms are tried on this many keys at most where a header names none. */
const maxCandidates = 4;

const tokenTypes = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** From bytes to a believed signature: the part that access tokens and ID tokens share. Cheapest first. */
export const signatureChecks: readonly Check[] = [
  {
    name: 'size',
    rule: 'The token is at most 16 KiB',
    source: 'RFC 8725 §3.11',
    judge: ({ token }) => {
      const found = `${token.length} characters`;
      return token.length <= maxTokenLength
        ? pass('at most 16384', found)
        : fail('at most 16384', found, 'it is larger than 16 KiB');
    },
  },
  {
    name: 'form',
    rule: 'The token is a compact JWS: header, payload and signature, separated by dots',
    source: 'RFC 7515 §3.1',
    judge: (examination) => {
      const split = splitCompact(examination.token);
      if ('reason' in split) {
        const because = `it is not a signed JWT but has another form: ${split.reason}`;
        return fail('3 parts', split.reason, because);
      }
      examination.segments = split.parts;
      return pass('3 parts', '3 parts');
    },
  },
  {
    name: 'encoding',
    rule: 'Each part is base64url in its only spelling, without padding',
    source: 'RFC 7515 §2, RFC 4648 §3.5',
    judge: (examination) => {
      const { segments, token } = examination;
      if (!segments) return notApplicable('base64url');
      const [header, payload, signature] = segments.map(decodeBase64url);
      if (!header || !payload || !signature) {
        return fail('base64url', 'another character or spelling', 'a part of it is not canonical base64url');
      }
      examination.parts = {
        header,
        payload,
        signature,
        signingInput: token.slice(0, token.lastIndexOf('.')),
      };
      return pass('base64url', 'base64url');
    },
  },
  {
    name: 'header',
    rule: 'The header is one JSON object without duplicate members',
    source: 'RFC 7515 §4',
    judge: (examination) => {
      const read = readObject(examination.parts?.header, 'header');
      if ('finding' in read) return read.finding;
      examination.header = read.object;
      return pass('a JSON object', `members: ${Object.keys(read.object).join(', ').slice(0, 120)}`);
    },
  },
  {
    name: 'type',
    rule: 'The header\'s "typ" is absent, "JWT" or "at+jwt"',
    source: 'RFC 9068 §2.1, RFC 8725 §3.11',
    judge: ({ header }) => {
      const expected = 'absent, JWT or at+jwt';
      if (!header) return notApplicable(expected);
      const { typ } = header;
      if (typ === undefined || (typeof typ === 'string' && tokenTypes.includes(typ.toLowerCase()))) {
        return pass(expected, show(typ));
      }
      return fail(expected, show(typ), 'its header says that it is another kind of token');
    },
  },
  {
    name: 'critical',
    rule: 'The header demands no extension ("crit")',
    source: 'RFC 7515 §4.1.11',
    judge: ({ header }) => {
      if (!header) return notApplicable('absent');
      return header.crit === undefined && header.b64 === undefined
        ? pass('absent', 'absent')
        : fail(
            'absent',
            show(header.crit ?? header.b64),
            'it demands a header extension that is not supported',
          );
    },
  },
  {
    name: 'algorithm',
    rule: 'The signature algorithm is on the allow-list',
    source: 'RFC 8725 §3.1',
    judge: ({ header, expectations }) => {
      const expected = expectations.algorithms.join(', ');
      if (!header) return notApplicable(expected);
      return typeof header.alg === 'string' && expectations.algorithms.includes(header.alg)
        ? pass(expected, show(header.alg))
        : fail(expected, show(header.alg), 'its signature algorithm is not accepted');
    },
  },
  {
    name: 'key',
    rule: "The provider's key set has a usable key for it",
    source: 'RFC 7515 §4.1.4, RFC 7517 §4.5',
    judge: (examination) => {
      const { header, keys } = examination;
      const expected = 'a key of the provider';
      if (!header || typeof header.alg !== 'string') return notApplicable(expected);
      const { alg, kid } = header;
      if (kid !== undefined && typeof kid !== 'string')
        return fail(expected, show(kid), 'its kid is not a string');
      const found = candidates(keys, alg, kid);
      if (found.length === 0)
        return fail(expected, `kid ${show(kid)}, alg ${show(alg)}`, 'no published key fits its kid and alg');
      examination.candidates = found.slice(0, maxCandidates);
      return pass(expected, `kid ${show(found[0]?.kid)}`);
    },
  },
  {
    name: 'signature',
    rule: 'The signature was made with that key over exactly these bytes',
    source: 'RFC 7515 §5.2',
    judge: ({ header, candidates, parts }) => {
      const expected = 'a valid signature';
      if (!header || !candidates || !parts) return notApplicable(expected);
      const { signature } = parts;
      const signed = { algorithm: header.alg as string, data: Buffer.from(parts.signingInput), signature };
      return candidates.some((candidate) => candidate.verifies(signed))
        ? pass(expected, 'a valid signature')
        : fail(expected, 'a signature that does not fit', 'its signature is not valid');
    },
  },
  {
    name: 'claims',
    rule: 'The payload is one JSON object without duplicate members',
    source: 'RFC 7519 §7.2',
    judge: (examination) => {
      const read = readObject(examination.parts?.payload, 'payload');
      if ('finding' in read) return read.finding;
      examination.claims = read.object;
      return pass('a JSON object', `${Object.keys(read.object).length} claims`);
    },
  },
];

/** Leaves only what an error description may say: the name of a duplicate member is the sender's own text. */
const describable = (text: string) => text.replace(/["\\]|[^\x20-\x7E]/g, '');

/** A part of the token as an object, or what the check says where it is none. */
function readObject(
  bytes: Uint8Array | undefined,
  part: 'header' | 'payload',
): { object: JsonObject } | { finding: Finding } {
  if (!bytes) return { finding: notApplicable('a JSON object') };
  const parsed = parseObject(bytes);
  if ('object' in parsed) return parsed;
  const because = `its ${part} is unusable: ${describable(parsed.reason)}`;
  return { finding: fail('a JSON object', parsed.reason, because) };
}
