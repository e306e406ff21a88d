import type { Line, Result } from './diagnosis';
import { summarise } from './examine';

const looks: Readonly<Record<Result, { symbol: string; word: string; colour: number }>> = {
  pass: { symbol: '✓', word: 'pass', colour: 32 },
  warn: { symbol: '!', word: 'warn', colour: 33 },
  fail: { symbol: '✗', word: 'fail', colour: 31 },
  skipped: { symbol: '-', word: 'skip', colour: 2 },
};

/** The list as a person reads it in a terminal. @param colour only for a terminal that wants it */
export function print(lines: readonly Line[], { colour }: { colour: boolean }): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const entries = lines.map(({ title, result, found, change }) => {
    const { symbol, word, colour: code } = looks[result];
    const fix = change && result !== 'pass' ? `\n           ${paint(1, 'Change:')} ${change}` : '';
    return `  ${paint(code, `${symbol} ${word}`)}   ${paint(1, title)}\n           ${found}${fix}`;
  });
  return `\n${entries.join('\n')}\n\n  ${inTotal(lines)}\n\n`;
}

function inTotal(lines: readonly Line[]): string {
  const { counts } = summarise(lines);
  const parts = [
    `${counts.pass} passed`,
    `${counts.warn} to look at`,
    `${counts.fail} failed`,
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
  ];
  return `${parts.join(', ')}.`;
}
