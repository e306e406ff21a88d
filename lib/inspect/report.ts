import type { JsonObject } from '../token';
import type { Inspection } from './inspect';
import { shorten, visible } from './words';

/**
 * Members of a header or of claims that say nothing of a person. Whatever is not here is left out of a report: nobody
 * knows what a provider puts into a claim of its own.
 */
const impersonal: ReadonlySet<string> = new Set([
  ...['alg', 'kid', 'typ', 'cty', 'enc', 'x5t', 'x5t#S256', 'crit'],
  ...['iss', 'aud', 'exp', 'iat', 'nbf', 'auth_time', 'azp', 'client_id', 'cid', 'appid', 'scope', 'scp'],
  ...['acr', 'amr', 'token_use', 'ver', 'version', 'tid', 'idtyp', 'gty', 'azpacr', 'appidacr', 'hasgroups'],
]);

/** Checks that find what a person is called, or whatever a claim holds. */
const personalChecks: readonly string[] = ['subject', 'model', 'binding'];

const symbols = { pass: '✓', fail: '✗', 'not applicable': '–', blocked: '?' } as const;

/**
 * A report for a ticket, as Markdown: verdict, checks, header and claims. It has no signature, and of what a token says
 * of a person no more than the kind of value.
 */
export function reportOf(found: Inspection): string {
  const { headline, remedy, kind, checks, remarks, explained, header, claims } = found;
  return [
    `## ${code(headline)}`,
    '',
    ...(remedy === undefined ? [] : [`**What to change:** ${code(remedy)}`, '']),
    `It is: ${kind}.`,
    ...remarks.map((remark) => `- ${code(remark)}`),
    '',
    '| | Check | Expected | Found |',
    '| --- | --- | --- | --- |',
    ...checks.map(
      ({ name, result, expected, found: seen }) =>
        `| ${symbols[result]} | ${name} | ${cell(expected)} | ${personalChecks.includes(name) ? '(left out)' : cell(seen)} |`,
    ),
    '',
    ...members('Header', header),
    ...members('Claims', claims),
    ...(explained.length > 0
      ? [`Worth a look: ${explained.flatMap(({ names }) => names).join(', ')}.`, '']
      : []),
    'The signature and personal values are left out. The token itself is not in this report.',
    '',
  ].join('\n');
}

function members(title: string, of: JsonObject | undefined): string[] {
  if (!of) return [];
  const all = Object.entries(of);
  const shown = all.slice(0, 100).map(([name, value]) => {
    const said = impersonal.has(name) ? shorten(JSON.stringify(value), 300) : `(left out: ${kindOf(value)})`;
    return `${shorten(name, 60)}: ${said}`;
  });
  const more = all.length > shown.length ? [`and ${all.length - shown.length} more`] : [];
  return [`**${title}**`, '', ...[...shown, ...more].map((line) => `    ${visible(line)}`), ''];
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  return value === null ? 'null' : typeof value;
}

/** Text within a line: nothing in it is markup. */
const code = (text: string) => visible(text).replace(/[\\`*_[\]<>|#]/g, (one) => `\\${one}`);
const cell = (text: string) => code(shorten(text, 160));
