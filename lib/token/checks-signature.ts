import type { Check, Examination, Outcome } from './check';
import { decodeBase64url, type JsonObject, parseObject, splitCompact } from './compact';
import { describable, nothing, refused, show } from './examination';
import { candidates, includesAlgorithm } from './key-set';

/** The largest token that is looked at, in characters (all of them ASCII). */
export const maxTokenLength = 16 * 1024;

/**
 * Keys that are tried at most where a header or the key set names none. Many enough for those who publish the old ones
 * along with the new; a forged token costs no more than this.
 */
const maxCandidates = 16;

/** Builds a check that looks at the header; where there is none it is blocked. */
function headerCheck(
  check: Pick<Check, 'name' | 'rule' | 'source' | 'expected'>,
  judge: (header: JsonObject, examination: Examination) => Outcome,
  found: (header: JsonObject) => unknown,
): Check {
  return {
    ...check,
    judge: (examination) => (examination.header ? judge(examination.header, examination) : 'blocked'),
    found: ({ header }) => (header ? show(found(header)) : nothing),
  };
}

/** Builds the check that reads a part of the token as an object. */
function objectCheck(part: 'header' | 'payload', check: Pick<Check, 'name' | 'source'>): Check {
  const fact = part === 'header' ? 'header' : 'claims';
  return {
    ...check,
    rule: `The ${part} is one JSON object without duplicate members`,
    judge: (examination) => {
      if (!examination.parts) return 'blocked';
      const parsed = parseObject(examination.parts[part]);
      if ('reason' in parsed)
        return refused(`its ${part} is unusable: ${describable(parsed.reason)}`, parsed.reason);
      examination[fact] = parsed.object;
      return 'pass';
    },
    expected: () => 'a JSON object',
    found: ({ [fact]: object }) => (object ? show(Object.keys(object)) : nothing),
  };
}

/**
 * Builds the check that a header names no other kind of token. It is a media type, in any case, whose `application/`
 * may be left out (RFC 7515 §4.1.9); many providers name none, or say `JWT` of every kind.
 */
function typeCheck(type: string, source: string): Check {
  const accepted = ['jwt', type].flatMap((name) => [name, `application/${name}`]);
  const rule = `The header's "typ" is absent, "JWT" or "${type}"`;
  return headerCheck(
    { name: 'type', rule, source, expected: () => `absent, JWT or ${type}` },
    ({ typ }) =>
      typ === undefined || (typeof typ === 'string' && accepted.includes(typ.toLowerCase()))
        ? 'pass'
        : refused('its header says that it is another kind of token'),
    ({ typ }) => typ,
  );
}

const sizeCheck: Check = {
  ...{ name: 'size', rule: 'The token is at most 16 KiB', source: 'RFC 8725 §3.11' },
  judge: ({ token }) => (token.length <= maxTokenLength ? 'pass' : refused('it is larger than 16 KiB')),
  expected: () => `at most ${maxTokenLength} characters`,
  found: ({ token }) => `${token.length} characters`,
};

const formCheck: Check = {
  name: 'form',
  rule: 'The token is a compact JWS: header, payload and signature, separated by dots',
  source: 'RFC 7515 §3.1',
  judge: (examination) => {
    const split = splitCompact(examination.token);
    if ('reason' in split)
      return refused(`it is not a signed JWT but has another form: ${split.reason}`, split.reason);
    examination.segments = split.parts;
    return 'pass';
  },
  expected: () => '3 parts',
  found: () => '3 parts',
};

const encodingCheck: Check = {
  name: 'encoding',
  rule: 'Each part is base64url in its only spelling, without padding',
  source: 'RFC 7515 §2, RFC 4648 §3.5',
  judge: (examination) => {
    if (!examination.segments) return 'blocked';
    const [headerText, payloadText, signatureText] = examination.segments;
    const header = decodeBase64url(headerText);
    const payload = decodeBase64url(payloadText);
    const signature = decodeBase64url(signatureText);
    if (!header || !payload || !signature)
      return refused('a part of it is not canonical base64url', 'another character or spelling');
    const signingInput = examination.token.slice(0, headerText.length + 1 + payloadText.length);
    examination.parts = { header, payload, signature, signingInput };
    return 'pass';
  },
  expected: () => 'base64url',
  found: ({ parts }) => (parts ? 'base64url' : nothing),
};

const rule = 'The header demands no extension ("crit")';
const criticalCheck = headerCheck(
  { name: 'critical', rule, source: 'RFC 7515 §4.1.11', expected: () => 'absent' },
  ({ crit, b64 }) =>
    crit === undefined && b64 === undefined
      ? 'pass'
      : refused('it demands a header extension that is not supported'),
  ({ crit, b64 }) => crit ?? b64,
);

const algorithmCheck = headerCheck(
  {
    ...{ name: 'algorithm', rule: 'The signature algorithm is on the allow-list', source: 'RFC 8725 §3.1' },
    expected: ({ expectations }) => expectations.algorithms.join(', '),
  },
  ({ alg }, { expectations }) =>
    typeof alg === 'string' && includesAlgorithm(expectations.algorithms, alg)
      ? 'pass'
      : refused('its signature algorithm is not accepted'),
  ({ alg }) => alg,
);

const keyCheck: Check = {
  ...{ name: 'key', dependsOn: 'missing key', source: 'RFC 7515 §4.1.4, RFC 7517 §4.5' },
  rule: "The provider's key set has a usable key for it",
  judge: (examination) => {
    const { parts, header, keys } = examination;
    if (!parts || !header || typeof header.alg !== 'string') return 'blocked';
    const { alg, kid } = header;
    if (kid !== undefined && typeof kid !== 'string') return refused('its kid is not a string');
    const fitting = candidates(keys, alg, kid);
    if (fitting.length === 0) return refused('no published key fits its kid and alg');
    const { signingInput: data, signature } = parts;
    examination.signed = { keys: fitting.slice(0, maxCandidates), algorithm: alg, data, signature };
    return 'pass';
  },
  expected: ({ keys }) => `one of ${keys.keys.length} usable keys`,
  found: ({ header }) => (header ? `kid ${show(header.kid)}, alg ${show(header.alg)}` : nothing),
};

/** The one that nothing is accepted without: whatever a list of checks holds, this one must have said `pass`. */
export const signatureCheck: Check = {
  ...{ name: 'signature', dependsOn: 'tried keys', source: 'RFC 7515 §5.2' },
  rule: 'The signature was made with that key over exactly these bytes',
  judge: (examination) => {
    const { signed, header } = examination;
    if (!signed) return 'blocked';
    examination.isSigned = signed.keys.some((key) => key.verifies(signed));
    if (examination.isSigned) return 'pass';
    // Entra ID changes the nonce of such a token after it was signed, so that no one but Microsoft Graph accepts it.
    const graph = header?.nonce === undefined ? '' : ', and a nonce as tokens for Microsoft Graph have';
    return refused('its signature is not valid', `a signature that does not fit${graph}`);
  },
  expected: () => 'a valid signature',
  found: ({ signed }) => (signed ? 'a valid signature' : nothing),
};

/**
 * From bytes to a believed signature: the part that all tokens share. Cheapest first.
 * @param type what its header may say beside `JWT`
 * @param source of that type
 */
export const signatureChecksOf = (type: string, source: string): readonly Check[] => [
  ...[sizeCheck, formCheck, encodingCheck],
  objectCheck('header', { name: 'header', source: 'RFC 7515 §4' }),
  ...[typeCheck(type, source), criticalCheck, algorithmCheck, keyCheck, signatureCheck],
  objectCheck('payload', { name: 'claims', source: 'RFC 7519 §7.2' }),
];

/** Those of access tokens, and of ID tokens, which have no type of their own. */
export const signatureChecks = signatureChecksOf('at+jwt', 'RFC 9068 §2.1, RFC 8725 §3.11');
