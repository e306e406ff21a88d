/** What this API thinks of any token that somebody has: pasted in whatever form, judged as the API judges, in words. */

export { type FoundToken, findToken, maxText, type Repair } from './find-token';
export { type Inspection, type InspectOptions, inspect } from './inspect';
export { kindMeanings, type TokenKind } from './kind';
export { decodeText } from './text';
export { duration, visible } from './words';
