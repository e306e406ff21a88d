import type { Check } from './check';
import { decodeBase64url, parseObject, splitCompact } from './compact';
import { checkOn, passIf, refused, refusedFor, show } from './examination';
import { candidates, includesAlgorithm } from './key-set';

/** The largest token that is looked at, in characters (all of them ASCII). */
export const maxTokenLength = 16 * 1024;

/** Keys that are tried at most where a header or the key set names none: a forged token costs no more than this. */
const maxCandidates = 16;

const sizeCheck = checkOn('token', {
  name: 'size',
  rule: 'The token is at most 16 KiB',
  source: 'RFC 8725 §3.11',
  judge: (token) => passIf(token.length <= maxTokenLength, 'it is larger than 16 KiB'),
  expected: () => `at most ${maxTokenLength} characters`,
  found: (token) => `${token.length} characters`,
});

const formCheck = checkOn('token', {
  name: 'form',
  rule: 'The token is a compact JWS: header, payload and signature, separated by dots',
  source: 'RFC 7515 §3.1',
  judge: (token, examination) => {
    const split = splitCompact(token);
    if ('reason' in split) return refusedFor('it is not a signed JWT but has another form', split.reason);
    examination.segments = split.parts;
    return 'pass';
  },
  expected: () => '3 parts',
});

const encodingCheck = checkOn('segments', {
  name: 'encoding',
  rule: 'Each part is base64url in its only spelling, without padding',
  source: 'RFC 7515 §2, RFC 4648 §3.5',
  judge: (segments, examination) => {
    const [header, payload, signature] = segments.map(decodeBase64url);
    if (!header || !payload || !signature)
      return refused('a part of it is not canonical base64url', 'another character or spelling');
    const signingInput = examination.token.slice(0, examination.token.lastIndexOf('.'));
    examination.parts = { header, payload, signature, signingInput };
    return 'pass';
  },
  expected: () => 'base64url',
});

/** The check that reads a part of the token as an object. */
const objectCheckOf = (part: 'header' | 'payload', fact: 'header' | 'claims', source: string): Check =>
  checkOn('parts', {
    name: fact,
    rule: `The ${part} is one JSON object without duplicate members`,
    source,
    judge: (parts, examination) => {
      const parsed = parseObject(parts[part]);
      if ('reason' in parsed) return refusedFor(`its ${part} is unusable`, parsed.reason);
      examination[fact] = parsed.object;
      return 'pass';
    },
    expected: () => 'a JSON object',
    found: (_parts, { [fact]: object }) => show(Object.keys({ ...object })),
  });

/** A media type, whose `application/` may be left out (RFC 7515 §4.1.9); many providers say `JWT` of every kind. */
function typeCheckOf(type: string, source: string): Check {
  const accepted = ['jwt', type].flatMap((name) => [name, `application/${name}`]);
  return checkOn('header', {
    name: 'type',
    rule: `The header's "typ" is absent, "JWT" or "${type}"`,
    source,
    judge: ({ typ }) => {
      const isAccepted =
        typ === undefined || (typeof typ === 'string' && accepted.includes(typ.toLowerCase()));
      return passIf(isAccepted, 'its header says that it is another kind of token');
    },
    expected: () => `absent, JWT or ${type}`,
    found: ({ typ }) => show(typ),
  });
}

const criticalCheck = checkOn('header', {
  name: 'critical',
  rule: 'The header demands no extension ("crit")',
  source: 'RFC 7515 §4.1.11',
  judge: ({ crit, b64 }) =>
    passIf(crit === undefined && b64 === undefined, 'it demands a header extension that is not supported'),
  expected: () => 'absent',
  found: ({ crit, b64 }) => show(crit ?? b64),
});

const algorithmCheck = checkOn('header', {
  name: 'algorithm',
  rule: 'The signature algorithm is on the allow-list',
  source: 'RFC 8725 §3.1',
  judge: ({ alg }, { expectations }) => {
    const isAccepted = typeof alg === 'string' && includesAlgorithm(expectations.algorithms, alg);
    return passIf(isAccepted, 'its signature algorithm is not accepted');
  },
  expected: ({ expectations }) => expectations.algorithms.join(', '),
  found: ({ alg }) => show(alg),
});

const keyCheck = checkOn('header', {
  name: 'key',
  dependsOn: 'missing key',
  rule: "The provider's key set has a usable key for it",
  source: 'RFC 7515 §4.1.4, RFC 7517 §4.5',
  judge: ({ alg, kid }, examination) => {
    const { parts, keys } = examination;
    if (!parts || typeof alg !== 'string') return 'blocked';
    if (kid !== undefined && typeof kid !== 'string') return refused('its kid is not a string');
    const fitting = candidates(keys, alg, kid).slice(0, maxCandidates);
    if (fitting.length === 0) return refused('no published key fits its kid and alg');
    const { signingInput: data, signature } = parts;
    examination.signed = { keys: fitting, algorithm: alg, data, signature };
    return 'pass';
  },
  expected: ({ keys }) => `one of ${keys.keys.length} usable keys`,
  found: ({ kid, alg }) => `kid ${show(kid)}, alg ${show(alg)}`,
});

/** The one that nothing is accepted without: whatever a list of checks holds, this one must have said `pass`. */
export const signatureCheck = checkOn('signed', {
  name: 'signature',
  dependsOn: 'tried keys',
  rule: 'The signature was made with that key over exactly these bytes',
  source: 'RFC 7515 §5.2',
  judge: (signed, examination) => {
    examination.isSigned = signed.keys.some((key) => key.verifies(signed));
    if (examination.isSigned) return 'pass';
    // Entra ID changes the nonce of such a token after it was signed, so that no one but Microsoft Graph accepts it.
    const graph =
      examination.header?.nonce === undefined ? '' : ', and a nonce as tokens for Microsoft Graph have';
    return refused('its signature is not valid', `a signature that does not fit${graph}`);
  },
  expected: () => 'a valid signature',
});

/** From bytes to a believed signature, cheapest first: for tokens whose header may say this type beside `JWT`. */
export const signatureChecksOf = (type: string, source: string): readonly Check[] => [
  ...[sizeCheck, formCheck, encodingCheck, objectCheckOf('header', 'header', 'RFC 7515 §4')],
  ...[typeCheckOf(type, source), criticalCheck, algorithmCheck, keyCheck, signatureCheck],
  objectCheckOf('payload', 'claims', 'RFC 7519 §7.2'),
];

/** Those of access tokens, and of ID tokens, which have no type of their own. */
export const signatureChecks = signatureChecksOf('at+jwt', 'RFC 9068 §2.1, RFC 8725 §3.11');
