import { type ExplainedCheck, isTime, type JsonObject } from '../token';
import type { Inspection } from './inspect';
import { kindMeanings } from './kind';
import { duration, quoted, visible } from './words';

/** Two tokens side by side. It holds neither of them. */
export interface Comparison {
  /** What makes the difference, the most important first, in sentences. */
  readonly sentences: readonly string[];
  /** Differences first; what differs between any two tokens of one person comes after those. */
  readonly claims: readonly ComparedMember[];
  readonly header: readonly ComparedMember[];
  readonly checks: readonly ComparedCheck[];
}

/** How a member of two objects compares: `routine` is what differs from one token to the next anyway. */
type Difference = 'differs' | 'routine' | 'same';

export interface ComparedMember {
  readonly name: string;
  /** As JSON, all of it visible; undefined where the token has none. */
  readonly one: string | undefined;
  readonly other: string | undefined;
  readonly difference: Difference;
}

export interface ComparedCheck {
  readonly name: ExplainedCheck['name'];
  readonly rule: string;
  readonly one: Pick<ExplainedCheck, 'result' | 'found'> | undefined;
  readonly other: Pick<ExplainedCheck, 'result' | 'found'> | undefined;
  readonly differs: boolean;
}

/** How people call the two: `the first`, `the ID token`. */
export interface Names {
  readonly one: string;
  readonly other: string;
}

/**
 * Compares two tokens, claim by claim and check by check.
 * @param names within a sentence, with their article
 */
export function compare(
  one: Inspection,
  other: Inspection,
  names: Names = { one: 'the first', other: 'the second' },
): Comparison {
  return {
    sentences: sentencesOn({ one, other, names }).map(
      (sentence) => sentence[0]?.toUpperCase() + sentence.slice(1),
    ),
    claims: membersOf(one.claims, other.claims),
    header: membersOf(one.header, other.header),
    checks: checksOf(one.checks, other.checks),
  };
}

/** Claims that are another in every token, or follow from when it was made. */
const routine: ReadonlySet<string> = new Set([
  ...['exp', 'iat', 'nbf', 'jti', 'auth_time', 'nonce', 'at_hash', 'c_hash', 'uti', 'aio', 'rh', 'xms_tcdt'],
  ...['event_id', 'origin_jti', 'sid'],
]);
/** Claims in which neither order nor repetition means anything. */
const sets: ReadonlySet<string> = new Set(['scope', 'scp', 'aud', 'amr', 'groups', 'roles', 'permissions']);

const rank: Readonly<Record<Difference, number>> = { differs: 0, routine: 1, same: 2 };
/** Members that are compared at most. */
const most = 200;

function membersOf(one: JsonObject = {}, other: JsonObject = {}): ComparedMember[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].slice(0, most);
  return names
    .map((name): ComparedMember => {
      const isSame = sameness(name, memberOf(one, name)) === sameness(name, memberOf(other, name));
      const difference = isSame ? 'same' : routine.has(name) ? 'routine' : 'differs';
      return { name, one: written(memberOf(one, name)), other: written(memberOf(other, name)), difference };
    })
    .toSorted((a, b) => rank[a.difference] - rank[b.difference]);
}

const memberOf = (of: JsonObject, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

const written = (value: unknown) => (value === undefined ? undefined : visible(JSON.stringify(value)));

/** A value as text that is equal where it means the same. */
function sameness(name: string, value: unknown): string | undefined {
  if (!sets.has(name)) return value === undefined ? undefined : JSON.stringify(sorted(value));
  const members = typeof value === 'string' ? value.split(' ') : value;
  return Array.isArray(members)
    ? JSON.stringify([...new Set(members.map((one) => JSON.stringify(sorted(one))))].toSorted())
    : JSON.stringify(value);
}

/** The order of an object's members means nothing (RFC 8259 §4). */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}

function checksOf(one: readonly ExplainedCheck[], other: readonly ExplainedCheck[]): ComparedCheck[] {
  const lookUp = (checks: readonly ExplainedCheck[], name: string) => {
    const check = checks.find((line) => line.name === name);
    return check && { result: check.result, found: check.found };
  };
  return (one.length > 0 ? one : other)
    .map(({ name, rule }) => {
      const both = { one: lookUp(one, name), other: lookUp(other, name) };
      return { name, rule, ...both, differs: both.one?.result !== both.other?.result };
    })
    .toSorted((a, b) => Number(b.differs) - Number(a.differs));
}

interface Two {
  readonly one: Inspection;
  readonly other: Inspection;
  readonly names: Names;
}

function sentencesOn(two: Two): string[] {
  const { one, other, names } = two;
  const missing = [
    ...(one.checks.length === 0 ? [names.one] : []),
    ...(other.checks.length === 0 ? [names.other] : []),
  ];
  if (missing.length > 0) return [`there is no token to compare in ${missing.join(' and ')}.`];
  return [
    ...verdicts(two),
    ...(one.kind === other.kind ? [] : kinds(two)),
    ...named.flatMap((about) => about(two)),
    ...ages(two),
  ];
}

const clause = ({ headline }: Inspection) => headline.replace(/^This API would [^:]*: /, '');

function verdicts({ one, other, names }: Two): string[] {
  if (one.verdict === 'accepted' && other.verdict === 'accepted') return ['this API would take both.'];
  if (one.verdict === 'refused' && other.verdict === 'refused') {
    return [
      `this API would refuse both: ${names.one}, because ${clause(one)}; ${names.other}, because ${clause(other)}.`,
    ];
  }
  if (![one, other].every(({ verdict }) => verdict === 'accepted' || verdict === 'refused')) return [];
  const [good, bad, why] =
    one.verdict === 'accepted' ? [names.one, names.other, other] : [names.other, names.one, one];
  return [`this API would take ${good} and refuse ${bad}: ${clause(why)}.`];
}

const article = (kind: string) => (/^[aeiouI]/.test(kind) ? `an ${kind}` : `a ${kind}`);

/** What each is, and what that is for. */
const kinds = ({ one, other, names }: Two): string[] =>
  [
    { name: names.one, kind: one.kind },
    { name: names.other, kind: other.kind },
  ].map(({ name, kind }) => {
    const meaning = kindMeanings[kind].charAt(0).toLowerCase() + kindMeanings[kind].slice(1);
    return name.endsWith(kind) ? `${name}: ${meaning}` : `${name} is ${article(kind)}: ${meaning}`;
  });

/** What tells two tokens apart, each in a sentence. */
const named: readonly ((two: Two) => string[])[] = [
  differing('iss', (one, other) => `they come from different issuers, ${one} and ${other}.`),
  differing('sub', (one, other) => `they are about different people: ${one} and ${other}.`),
  differing('aud', (one, other) => `they are meant for different audiences, ${one} and ${other}.`),
  scopes,
];

function differing(name: string, say: (one: string, other: string) => string) {
  return ({ one, other }: Two): string[] => {
    const [a, b] = [memberOf(one.claims ?? {}, name), memberOf(other.claims ?? {}, name)];
    if (a === undefined || b === undefined || sameness(name, a) === sameness(name, b)) return [];
    return [say(quoted(a), quoted(b))];
  };
}

function scopes({ one, other, names }: Two): string[] {
  // An ID token has none, which is no difference worth a word.
  if (one.kind !== other.kind) return [];
  const lacks = (some: Inspection, all: Inspection, name: string) => {
    const missing = all.scopes.filter((scope) => !some.scopes.includes(scope));
    return missing.length > 0 ? [`${name} lacks ${missing.map((scope) => quoted(scope)).join(', ')}.`] : [];
  };
  return [...lacks(one, other, names.one), ...lacks(other, one, names.other)];
}

function ages({ one, other, names }: Two): string[] {
  const [a, b] = [one.claims?.iat, other.claims?.iat];
  if (!isTime(a) || !isTime(b)) return [];
  if (a === b)
    return JSON.stringify(one.claims) === JSON.stringify(other.claims) ? ['they say the same.'] : [];
  const [newer, seconds] = a > b ? [names.one, a - b] : [names.other, b - a];
  return [`${newer} is newer by ${duration(seconds)}.`];
}
