import type { z } from 'zod';
import type { Check, Examination, ExaminationInput, Outcome, Refused, Rule } from './check';

/** Begins an examination: nothing is known yet. One shape for all of them, which the engine is fast with. */
export const examinationOf = ({ token, keys, expectations, now }: ExaminationInput): Examination => ({
  ...{ token, keys, expectations, now },
  ...{ segments: undefined, parts: undefined, header: undefined, signed: undefined },
  ...{ isSigned: undefined, claims: undefined, model: undefined },
});

/** Makes a check of a rule about one fact: it is blocked where that fact could not be established. */
export function checkOn<Fact extends keyof Examination>(
  fact: Fact,
  { judge, found, ...check }: Rule<Fact>,
): Check {
  return {
    ...check,
    judge: (examination) => {
      const known = examination[fact] ?? undefined;
      return known === undefined ? 'blocked' : judge(known, examination);
    },
    found: (examination) => {
      const known = examination[fact] ?? undefined;
      if (known === undefined) return 'nothing to check';
      return found ? found(known, examination) : check.expected(examination);
    },
  };
}

export const refused = (because: string, found?: string): Refused => ({ because, found });

/** @param reason may hold text from the token */
export const refusedFor = (what: string, reason: string): Refused =>
  refused(`${what}: ${describable(reason)}`, reason);

export const passIf = (isKept: boolean, because: string): Outcome => (isKept ? 'pass' : refused(because));

/** Leaves only what an error description may say: names in a token are the sender's own text (RFC 6750 §3). */
export const describable = (text: string) => text.replace(/["\\]|[^\x20-\x7E]/g, '').slice(0, 200);

/** What does not fit a schema and why, in the words of the schema; never the values. @param whole its name */
export const inWords = ({ issues }: z.ZodError, whole: string): string =>
  issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`).join('; ');

/** A value from a token, cut and quoted for a person to read. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
