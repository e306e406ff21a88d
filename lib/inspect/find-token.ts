import { jwtIn, maxToken, runAt } from './wrapped';

/** How a token stood in what was pasted, where it did not stand there alone. An API takes it in none of these forms. */
export type Repair =
  /** `Bearer ` or another scheme in front. */
  | 'scheme'
  | 'header'
  | 'command'
  /** In a JSON document. */
  | 'json'
  | 'quoted'
  | 'url-encoded'
  /** With spaces or line ends in it. */
  | 'wrapped'
  /** With characters in it that nobody sees: of terminals, of text processors, of UTF-16. */
  | 'invisible'
  /** In base64 once more, as secrets of Kubernetes are. */
  | 'base64'
  /** With other text around it. */
  | 'surrounded';

export interface FoundToken {
  readonly token: string;
  /** By what name it stood there, as RFC 6749 writes it: `access_token`, `id_token` … */
  readonly name: string | undefined;
  readonly repairs: readonly Repair[];
  /** Whether an ellipsis stands where it should go on. */
  readonly isCut: boolean;
  /** How many other tokens are in the same text. */
  readonly others: number;
}

/** The most that is looked at, in characters. */
export const maxText = 1024 * 1024;
/** Tokens in one text that are looked at. */
const maxCandidates = 64;

type Candidate = Omit<FoundToken, 'others'> & { readonly isComplete: boolean };

/** Of terminals (ECMA-48), and what text processors, chats and UTF-16 leave between letters. */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\u001b\[[0-9;?]*[A-Za-z]|[\0\p{Cf}\ufffd]|\ufe0f/gu;
const token68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Finds the token in whatever somebody pasted: a bare token, an `Authorization` header, a curl line, a JSON answer; quoted,
 * percent-encoded, wrapped over lines or cut. An access token is preferred to others. In time that grows with the length of
 * the text, which is at most {@link maxText}; never throws.
 * @returns undefined where nothing looks like a token
 */
export function findToken(text: string): FoundToken | undefined {
  const seen = text.slice(0, maxText).replace(invisible, '').trim();
  const more: Repair[] = seen.length === text.slice(0, maxText).trim().length ? [] : ['invisible'];
  const found = inJson(seen) ?? inText(seen);
  const best = bestOf(found);
  if (!best) return undefined;
  const { isComplete: _, ...candidate } = best;
  return { ...candidate, repairs: [...best.repairs, ...more], others: found.length - 1 };
}

/** The first access token, else the first of which nobody says that it is another kind; complete ones before all. */
function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  const rank = ({ name, isComplete }: Candidate) => {
    const named = name === 'access_token' ? 2 : name === undefined || /^(token|jwt)$/.test(name) ? 1 : 0;
    return named + (isComplete ? 4 : 0);
  };
  return candidates.reduce<Candidate | undefined>(
    (best, one) => (best && rank(best) >= rank(one) ? best : one),
    undefined,
  );
}

/** @param layers of percent-encoding that may still be taken off */
function inText(text: string, layers = 2): Candidate[] {
  const plain = jwtsIn(text);
  if (plain.some(({ isComplete }) => isComplete)) return plain;
  const decoded = layers > 0 ? percentDecoded(text) : text;
  if (decoded !== text) {
    const found = inText(decoded, layers - 1);
    if (found.length > 0) return found.map((one) => withRepair(one, 'url-encoded'));
  }
  if (plain.length > 0) return plain;
  const word = unwrapped(text);
  if (word && token68.test(word.token)) return [fromBase64(word) ?? word];
  return opaqueIn(text);
}

const withRepair = (candidate: Candidate, ...repairs: readonly Repair[]): Candidate => ({
  ...candidate,
  repairs: [...new Set([...candidate.repairs, ...repairs])],
});

/** What stands in and around a token; letters and digits are percent-encoded by nobody. The percent sign comes last. */
const encoded = [
  ...['\t', '\n', '\r', ' ', '"', '#', '&', "'", '+', ',', '-', '.', '/', ':', ';', '=', '_', '`', '~', '%'],
].map((one) => [new RegExp(`%${Buffer.from(one).toString('hex').padStart(2, '0')}`, 'gi'), one] as const);

/** One layer. A pass for each character: one pass with a function takes ten times as long where there are many. */
const percentDecoded = (text: string): string =>
  encoded.reduce((rest, [pattern, one]) => rest.replace(pattern, one), text);

/** JWS and JWE, which begin with a JSON object in base64url: `ey…` for `{"…`, `ew…` for `{` and a space or line end. */
function jwtsIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  const starts = /(?<=^|\\[rn]|[^\w.~-])e[yw][\w-]/g;
  for (let tries = 0; tries < maxCandidates; ) {
    const match = starts.exec(text);
    if (!match) break;
    const run = runAt(text, match.index);
    tries++;
    const candidate = jwtIn(run);
    if (!candidate) {
      starts.lastIndex = match.index + run.ends[0];
      continue;
    }
    starts.lastIndex = match.index + candidate.length;
    const context = contextOf(text, match.index, match.index + candidate.length);
    found.push({ ...candidate, ...context, repairs: [...context.repairs, ...candidate.repairs] });
  }
  return found;
}

/** A name of a token before a value: `"access_token": "`, `id_token=`. */
const namedBefore = /([A-Za-z_-]*(?:token|jwt|assertion))["'\\]*\s{0,8}[:=]\s{0,8}["'\\]*$/i;
const schemeBefore = /\b(bearer|dpop|token)[\s:"'\\]{1,8}$/i;
const headerBefore = /authorization["'\\]*\s{0,8}[:=]\s{0,8}["'\\]*(?:\w+\s{1,8})?$/i;

/** What stands around a token: its name, and the forms that it stands in. */
function contextOf(text: string, start: number, end: number) {
  const before = text.slice(Math.max(0, start - 80), start);
  const isBearer = schemeBefore.test(before);
  const isHeaderLine = headerBefore.test(before);
  const named = namedBefore.exec(before)?.[1];
  const repairs: Repair[] = [];
  if (/^\s*(?:\$\s*)?(?:curl|wget|http|xh|Invoke-\w+)\s/i.test(text.slice(0, 80))) repairs.push('command');
  else if (isHeaderLine) repairs.push('header');
  else if (isBearer) repairs.push('scheme');
  const isQuoted = /["'`“”‘’«»]$/.test(before) && /^["'`“”‘’«»]/.test(text.slice(end, end + 1));
  if (isQuoted) repairs.push('quoted');
  if (repairs.length === 0 && (start > 0 || end < text.length)) repairs.push('surrounded');
  const name = isBearer || isHeaderLine ? 'access_token' : named && snake(named);
  return { name, repairs };
}

/** As RFC 6749 writes names: `AccessToken`, `accessToken` and `access-token` are `access_token`. */
const snake = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

/** One word, without what people and programs put around it. */
function unwrapped(text: string): Candidate | undefined {
  const match =
    /^["'`“”‘’«»<]{0,4}(?:(?:proxy-)?(authorization)["']?\s*[:=]\s*["']?)?(?:(bearer|dpop|token)\s+)?["'`“”‘’«»<]{0,4}([A-Za-z0-9\-._~+/]+=*)["'`“”‘’«»>;,]{0,4}$/i.exec(
      text.slice(0, 2 * maxToken),
    );
  const [, header, scheme, token] = match ?? [];
  if (token === undefined) return undefined;
  const rest: Repair = header ? 'header' : scheme ? 'scheme' : 'quoted';
  const cut = token.indexOf('...');
  return {
    token: cut > 0 ? token.slice(0, cut) : token,
    name: header || scheme ? 'access_token' : undefined,
    repairs: token === text ? [] : [rest],
    isCut: cut > 0,
    isComplete: false,
  };
}

function fromBase64(word: Candidate): Candidate | undefined {
  if (!/^ZX[lk]/.test(word.token) || word.token.length > 2 * maxToken) return undefined;
  const [inside] = jwtsIn(Buffer.from(word.token, 'base64').toString('latin1').trim());
  return inside && withRepair({ ...inside, repairs: word.repairs }, 'base64');
}

/** Values that are named as tokens, where nothing has the form of one. */
function opaqueIn(text: string): Candidate[] {
  const named =
    /\b((?:access|id|refresh|logout|subject|actor|auth)[_-]?token|jwt|authorization|--oauth2-bearer)["'\\]{0,4}(?:\s{0,8}[:=]\s{0,8}|\s)["'\\]{0,4}(?:(?:bearer|dpop|token)\s{1,8})?([A-Za-z0-9\-._~+/]{8,}=*)/gi;
  const found: Candidate[] = [];
  for (const [, name = '', token = ''] of text.matchAll(named)) {
    const isHeaderLine = /^authorization$/i.test(name);
    const isAccess = isHeaderLine || name.startsWith('--');
    found.push({
      token,
      name: isAccess ? 'access_token' : snake(name),
      repairs: [isHeaderLine ? 'header' : name.startsWith('--') ? 'command' : 'surrounded'],
      isCut: false,
      isComplete: false,
    });
    if (found.length === maxCandidates) break;
  }
  return found;
}

/** @returns undefined where the text is no JSON document, or one without a token */
function inJson(text: string): Candidate[] | undefined {
  if (!/^[{["]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value === 'string') return inText(value.trim()).map((one) => withRepair(one, 'quoted'));
  const found = stringsIn(value).flatMap(([name, string]) => inMember(name, string));
  return found.length > 0 ? found.slice(0, maxCandidates) : undefined;
}

/** The strings of a document with their names, without recursion: it may be nested as deep as it likes. */
function stringsIn(value: unknown): [name: string, string: string][] {
  const found: [string, string][] = [];
  const open: [string, unknown][] = [['', value]];
  // Grows while it is walked.
  for (const [name, one] of open) {
    if (typeof one === 'string') found.push([name, one]);
    else if (Array.isArray(one)) for (const item of one) open.push([name, item]);
    else if (typeof one === 'object' && one !== null)
      for (const member of Object.entries(one)) open.push(member);
  }
  return found;
}

function inMember(name: string, string: string): Candidate[] {
  const written = snake(name);
  const [jwt] = /e[yw]/.test(string) ? inText(string) : [];
  const isNamed = /^(\w*_)?token$|^jwt$|^authorization$|^(client_|)assertion$/.test(written);
  const word = jwt ?? (isNamed ? unwrapped(string.trim()) : undefined);
  if (!word || (!jwt && word.token.length < 8)) return [];
  const own = word.name ?? (isNamed ? written.replace('authorization', 'access_token') : undefined);
  return [{ ...withRepair(word, 'json'), name: own }];
}
