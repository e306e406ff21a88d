import type { ExplainedCheck, JsonObject } from '../token';
import type { Inspection } from './inspect';
import { kindMeanings } from './kind';
import { shorten, visible } from './words';

const looks = {
  pass: { symbol: '✓', word: 'pass', colour: 32 },
  fail: { symbol: '✗', word: 'fail', colour: 31 },
  'not applicable': { symbol: '-', word: 'n/a ', colour: 2 },
  blocked: { symbol: '-', word: 'skip', colour: 33 },
} as const;

const colours = { accepted: 32, refused: 31, unavailable: 33, 'no token': 33 } as const;

/** Members of a header or of claims that are printed. */
const maxMembers = 100;

type Paint = (code: number, text: string) => string;

/** A verdict as a person reads it in a terminal: the check that refused it first, then the other ones that fail, then the rest. */
export function print(found: Inspection, { colour }: { colour: boolean }): string {
  const paint: Paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { headline, verdict, kind, remedy, remarks, explained, checks, header, claims, refusal } = found;
  const lines = [
    paint(1, paint(colours[verdict], `${visible(headline)}.`)),
    ...(remedy === undefined ? [] : [`${paint(1, 'Change:')} ${visible(remedy)}`]),
    ...(checks.length === 0 ? [] : [`It is: ${kind}. ${kindMeanings[kind]}`]),
    ...remarks.map((remark) => `Note: ${visible(remark)}`),
    ...explained.map(({ names, sentence }) => `Note: ${visible(sentence)} (${visible(names.join(', '))})`),
    ...inOrder(checks, refusal?.check).flatMap((check, index) => [
      ...(index === 0 ? [''] : []),
      ...checkLines(check, paint),
    ]),
    ...membersLines('Header', header, verdict, paint),
    ...membersLines('Claims', claims, verdict, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function inOrder(checks: readonly ExplainedCheck[], first: string | undefined): ExplainedCheck[] {
  const rank = ({ name, result }: ExplainedCheck) => (name === first ? 0 : result === 'fail' ? 1 : 2);
  return checks.toSorted((one, other) => rank(one) - rank(other));
}

function checkLines({ name, rule, source, result, expected, found }: ExplainedCheck, paint: Paint): string[] {
  const { symbol, word, colour } = looks[result];
  const line = `  ${paint(colour, `${symbol} ${word}`)}   ${paint(1, name.padEnd(11))} ${rule}`;
  if (result !== 'fail') return [line];
  return [
    `${line} (${source})`,
    `           expected ${visible(expected)}`,
    `           found    ${visible(found)}`,
  ];
}

function membersLines(
  title: string,
  members: JsonObject | undefined,
  verdict: Inspection['verdict'],
  paint: Paint,
): string[] {
  if (!members) return [];
  const all = Object.entries(members);
  const note = verdict === 'accepted' ? '' : ' (not to be believed)';
  const lines = all
    .slice(0, maxMembers)
    .map(
      ([name, value]) => `  ${visible(shorten(name, 60))}: ${visible(shorten(JSON.stringify(value), 300))}`,
    );
  const more = all.length > maxMembers ? [`  and ${all.length - maxMembers} more`] : [];
  return ['', paint(1, title) + note, ...lines, ...more];
}

/** For programs. What a terminal would act on is written by its number, as JSON allows. */
export function printJson(found: Inspection): string {
  const text = JSON.stringify(found, undefined, 2);
  const escaped = text.replace(/[\x7f-\x9f]|[\p{Cf}\p{Zl}\p{Zp}]/gu, (one) =>
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  return `${escaped}\n`;
}
