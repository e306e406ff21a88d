/** What this API thinks of any token that somebody has: found in whatever was pasted, judged as the API judges, in words. */

export { type ComparedCheck, type ComparedMember, type Comparison, compare } from './compare';
export { type FoundToken, findToken } from './find-token';
export { type Inspection, type InspectOptions, inspect, inspectToken } from './inspect';
export { reportOf } from './report';
