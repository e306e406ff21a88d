/** A length of time as people say it: `12 seconds`, `3 hours`, `2 days`. @param seconds of either sign */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(Math.abs(seconds)));
  const [size, unit] = units.find(([least]) => whole >= least) ?? [1, 'second'];
  const count = Math.floor(whole / size);
  // Nothing that people count in, where a time is no time of this world.
  const figure = count >= 1e6 ? count.toExponential(0).replace('+', '') : String(count);
  return `${figure} ${unit}${count === 1 ? '' : 's'}`;
}

const units = [
  [365 * 86_400, 'year'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** Characters that a reader does not see, or that change the order of those around them. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes text of a token safe to read in a page and in a terminal: what nobody sees, controls and changes of direction
 * included, is written as `\u{202e}`. @param keep line ends stay
 */
export function visible(text: string, keep: '' | '\n' = ''): string {
  return text.replace(unseen, (one) =>
    one === keep ? one : `\\u{${(one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  );
}

/** A value of a token within a sentence: cut, and all of it visible. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `“${shorten(visible(text.slice(0, 200)), 80)}”`;
}

/** @param most characters */
export const shorten = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
