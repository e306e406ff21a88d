import type { Examination, ExaminationInput, Refused } from './check';

/** Begins an examination: nothing is known yet. One shape for all of them, which the engine is fast with. */
export const examinationOf = ({ token, keys, expectations, now }: ExaminationInput): Examination => ({
  ...{ token, keys, expectations, now },
  ...{ segments: undefined, parts: undefined, header: undefined, signed: undefined },
  ...{ isSigned: undefined, claims: undefined, model: undefined },
});

export const refused = (because: string, found?: string): Refused => ({ because, found });

/** Said where the fact that a check looks at could not be established. */
export const nothing = 'nothing to check';

/** Leaves only what an error description may say: names in a token are the sender's own text (RFC 6750 §3). */
export const describable = (text: string) => text.replace(/["\\]|[^\x20-\x7E]/g, '').slice(0, 200);

/** A value from a token, cut and quoted for a person to read. */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
