import { isHeader, readObject, signatureBytes } from './parts';

/** A token that is longer than this is found up to here; the largest that is accepted has 16 Ki. */
export const maxToken = 64 * 1024;
/** Lines that one token is wrapped over: 16 KiB in a column of 17 characters. */
const maxPieces = 1_000;

/** Words that may be one token together. */
interface Run {
  readonly joined: string;
  /** Where each word ends in `joined`, and where in the text, counted from the start. */
  readonly ends: readonly [number, ...number[]];
  readonly places: readonly number[];
  readonly isCut: boolean;
}

/** Collects the pieces of a token that was wrapped: by a terminal, a mail, a shell (`\`), a program (`" + "`). */
export function runAt(text: string, start: number): Run {
  const word = /[\w.~+/=-]+/y;
  const gap = /(?:\\[rn]|[\s"'`\\+>|])+/y;
  const pieces: string[] = [];
  const ends: number[] = [];
  const places: number[] = [];
  let length = 0;
  let isCut = false;
  let at = start;
  while (length < maxToken && pieces.length < maxPieces) {
    word.lastIndex = at;
    const piece = word.exec(text)?.[0];
    if (piece === undefined) break;
    const dots = piece.indexOf('...');
    const kept = dots < 0 ? piece : piece.slice(0, dots);
    length += kept.length;
    at += piece.length;
    pieces.push(kept);
    ends.push(length);
    places.push(at - start);
    isCut = dots >= 0 || text[at] === '…';
    if (isCut) break;
    gap.lastIndex = at;
    const between = gap.exec(text.slice(0, at + 200))?.[0];
    if (between === undefined || !continues(text, at + between.length, between)) break;
    at += between.length;
  }
  return { joined: pieces.join(''), ends: [ends[0] ?? 0, ...ends.slice(1)], places, isCut };
}

/** Whether what comes after a gap may belong to the token: a line of its own, or a piece too long to be a word. */
function continues(text: string, at: number, gap: string): boolean {
  const next = /[\w.~+/=-]+/y;
  next.lastIndex = at;
  const piece = next.exec(text)?.[0];
  if (piece === undefined || !/\s|\\[rn]/.test(gap)) return false;
  const after = text[at + piece.length] ?? '\n';
  if (/\n|\r|\\[rn]/.test(gap)) return /[\s"'`\\,;)\]}>|…]/.test(after);
  return piece.length >= 16 || at + piece.length === text.length;
}

/** The token that a run of words begins with; undefined where that is none. */
export function jwtIn({ joined, ends, places, isCut }: Run) {
  const [first] = ends;
  const dots = dotsIn(joined);
  const header = isHeaderOf(joined, first, dots);
  if (header === undefined) return undefined;
  const words = isCut ? undefined : wordsOf({ joined, ends, dots, header });
  const isComplete = words !== undefined;
  // What is no whole token with anything that follows ends where its first line does, if that looks like one.
  const count = words ?? (dots.filter((dot) => dot < first).length >= 2 ? 1 : ends.length);
  const token = joined.slice(0, ends[count - 1]).replace(/^([^.]*\.[^.]*\.[^.]+)\.$/, '$1');
  const repairs: readonly 'wrapped'[] = count > 1 ? ['wrapped'] : [];
  return { token, repairs, isComplete, isCut: isCut && !isComplete, length: places[count - 1] ?? 0 };
}

function dotsIn(text: string): number[] {
  const dots: number[] = [];
  for (let at = text.indexOf('.'); at >= 0 && dots.length < 6; at = text.indexOf('.', at + 1)) dots.push(at);
  return dots;
}

/** The header as an object, which is empty where it has lost its end. */
function isHeaderOf(joined: string, first: number, [dot]: readonly number[]) {
  const part = joined.slice(0, dot ?? first);
  return isHeader(part) ? (readObject(part) ?? {}) : undefined;
}

/** How many words make up a whole token: the fewest. @returns undefined where none do */
function wordsOf(seen: {
  joined: string;
  ends: readonly number[];
  dots: readonly number[];
  header: Readonly<Record<string, unknown>>;
}): number | undefined {
  const { joined, ends, dots, header } = seen;
  const [, second, third, fourth] = dots;
  if (second === undefined || typeof header.alg !== 'string') return undefined;
  if (typeof header.enc === 'string') {
    // A tag of 16, 24 or 32 bytes (RFC 7518 §5.2, §5.3).
    const tagFits = (end: number) => fourth !== undefined && [22, 32, 43].includes(end - fourth - 1);
    return numberOf(ends, tagFits);
  }
  if (!readObject(joined.slice((dots[0] ?? 0) + 1, second))) return undefined;
  if (/^none$/i.test(header.alg)) return numberOf(ends, (end) => end >= second + 1);
  const usual = signatureBytes(header.alg);
  return numberOf(ends, (end) => {
    const closing = third === end - 1 ? 1 : 0;
    if (third !== undefined && third < end - 1) return false;
    const bytes = Math.floor(((end - closing - second - 1) * 3) / 4);
    return usual ? usual.includes(bytes) : bytes > 0;
  });
}

function numberOf(ends: readonly number[], isEnd: (end: number) => boolean): number | undefined {
  const index = ends.findIndex(isEnd);
  return index < 0 ? undefined : index + 1;
}
