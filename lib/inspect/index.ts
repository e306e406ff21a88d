/** What this API thinks of any token that somebody has: found in whatever was pasted, judged as the API judges, in words. */

export { type FoundToken, findToken } from './find-token';
export { type Inspection, type InspectOptions, inspect } from './inspect';
