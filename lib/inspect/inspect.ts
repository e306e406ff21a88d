import { permittedActions, scopeFor } from '../access/actions';
import type { ProviderProfile } from '../provider';
import {
  type AccessToken,
  type ExplainedCheck,
  type JsonObject,
  type Refusal,
  scopesOf,
  type Verdict,
  type Verifier,
} from '../token';
import { type Cause, causeOf, clauseOf } from './cause';
import { type ExplainedClaim, explainClaims } from './explain-claims';
import { type FoundToken, findToken, type Repair } from './find-token';
import { kindOfToken, type TokenKind } from './kind';
import { type Parts, readParts } from './parts';
import { remedyOf } from './remedies';
import { duration } from './words';

/** What this API thinks of a token, in words. It holds neither the token nor its signature. */
export interface Inspection {
  /** `unavailable`: for want of keys nobody can say. */
  readonly verdict: 'accepted' | 'refused' | 'unavailable' | 'no token';
  /** The verdict and its reason, in a sentence without a full stop. */
  readonly headline: string;
  /** The one change that mends it at this kind of provider. */
  readonly remedy?: string;
  readonly kind: TokenKind;
  /** Why it is refused, as people would say it; often more than the check that refused it knows. */
  readonly cause?: Cause;
  /** What the API itself answers. */
  readonly refusal?: Refusal;
  /** What else is worth knowing: how it was found in what was pasted, what it may do here. */
  readonly remarks: readonly string[];
  /** Every rule in the order in which they are applied. */
  readonly checks: readonly ExplainedCheck[];
  /** As they stand in the token. Not to be believed unless it is accepted. */
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly scopes: readonly string[];
  /** Characters of header, claims and signature, where it has these three parts. */
  readonly sizes?: readonly [header: number, claims: number, signature: number];
  /** What is easily misread in the claims. */
  readonly explained: readonly ExplainedClaim[];
}

export interface InspectOptions {
  /** The one that the API judges by, or one made by the same settings. */
  readonly verifier: Pick<Verifier, 'verify' | 'explain' | 'peek'>;
  readonly profile: ProviderProfile;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * Finds the token in whatever somebody pasted, and explains what this API thinks of it: by the same verifier, so with the
 * same verdict. Never throws for any text. Keeps nothing, logs nothing.
 * @param text at most a mebibyte of it is looked at
 */
export async function inspect(text: string, options: InspectOptions): Promise<Inspection> {
  const found = findToken(text);
  return found ? inspectFound(found, options) : nothingFound(text);
}

/** The same of a token that is known to be one, as it is. */
export const inspectToken = (token: string, options: InspectOptions): Promise<Inspection> =>
  inspectFound({ token, name: undefined, repairs: [], isCut: false, others: 0 }, options);

async function inspectFound(found: FoundToken, options: InspectOptions): Promise<Inspection> {
  const { verdict, checks } = await judge(found.token, options.verifier);
  const now = options.clock() / 1_000;
  const parts = readParts(found.token, found.isCut);
  const kind = kindOfToken(found, parts, checks);
  const { scopeClaims } = options.verifier.peek().expectations;
  const { header, claims } = parts;
  const sizes = sizesOf(found.token);
  return {
    ...inWords({ verdict, checks, parts, kind, now }, options),
    kind,
    remarks: [...remarksOn(found), ...permitted(verdict, options.profile)],
    checks,
    ...(header && { header }),
    ...(claims && { claims }),
    ...(sizes && { sizes }),
    scopes: scopesOf(claims ?? {}, scopeClaims),
    explained: explainClaims(claims ?? {}, now),
  };
}

function sizesOf(token: string): Inspection['sizes'] {
  const [header, claims, signature, ...more] = token.split('.', 4).map(({ length }) => length);
  return header && claims && signature && more.length === 0 ? [header, claims, signature] : undefined;
}

/**
 * The API's verdict, and every check beside it. Between the two a token may expire or a key may come, so that one would
 * contradict the other: then both are asked for once more.
 */
async function judge(token: string, verifier: InspectOptions['verifier'], again = true): Promise<Judged> {
  const verdict = await verifier.verify(token);
  const checks = await verifier.explain(token);
  const passes = checks.every(({ result }) => result === 'pass' || result === 'not applicable');
  const agree = verdict.outcome === 'unavailable' || (verdict.outcome === 'accepted') === passes;
  return agree || !again ? { verdict, checks } : judge(token, verifier, false);
}

interface Judged {
  readonly verdict: Verdict<AccessToken>;
  readonly checks: readonly ExplainedCheck[];
}

interface Known extends Judged {
  readonly parts: Parts;
  readonly kind: TokenKind;
  readonly now: number;
}

function inWords(
  { verdict, ...known }: Known,
  { verifier, profile }: InspectOptions,
): Pick<Inspection, 'verdict' | 'headline' | 'remedy' | 'cause' | 'refusal'> {
  if (verdict.outcome === 'accepted') {
    return { verdict: 'accepted', headline: `This API would take it: ${validity(verdict.token, known.now)}` };
  }
  if (verdict.outcome === 'unavailable') {
    return {
      verdict: 'unavailable',
      headline: 'This API cannot judge it now: there are no keys to verify it by',
      remedy: `${verdict.reason}. Try again in ${duration(verdict.retryAfter)}; /status says more.`,
    };
  }
  const refused = { ...known, refusal: verdict.refusal };
  const cause = causeOf(refused);
  const { issuer, audiences, clients, algorithms } = verifier.peek().expectations;
  const values = {
    issuer,
    audience: audiences?.[0],
    expected: [...(clients ?? []), ...(audiences ?? [])][0],
    algorithms: algorithms.join(', '),
    scope: scopeFor('note:read', profile.requestPrefix),
  };
  return {
    verdict: 'refused',
    headline: `This API would refuse it: ${clauseOf(cause, refused)}`,
    remedy: remedyOf(cause, verdict.refusal.check, { ...profile, values }),
    cause,
    refusal: verdict.refusal,
  };
}

function validity({ expiresAt }: AccessToken, now: number): string {
  if (now < expiresAt) return `it is valid for another ${duration(expiresAt - now)}`;
  return `it expired ${duration(now - expiresAt)} ago, which the clock tolerance forgives for a moment`;
}

/** What an accepted token may do here, where that is nothing. */
function permitted(verdict: Verdict<AccessToken>, { tokenPrefix }: ProviderProfile): string[] {
  if (verdict.outcome !== 'accepted') return [];
  if (permittedActions(verdict.token.scopes, tokenPrefix).length > 0) return [];
  const scope = scopeFor('note:read', tokenPrefix);
  return [
    `It has none of this API's scopes (such as ${scope}): it may see itself, and everything else answers 403.`,
  ];
}

const repairs: Readonly<Record<Repair, string>> = {
  scheme: 'The scheme in front of it was left out.',
  header: 'It was taken out of an Authorization header.',
  command: 'It was taken out of a command line.',
  json: 'It was taken out of a JSON document.',
  quoted: 'The quotation marks around it were left out.',
  'url-encoded': 'It was percent-encoded, as in an address or a form: it was decoded.',
  wrapped: 'It was wrapped: spaces and line ends within it were left out.',
  invisible: 'Invisible characters (of a terminal, a text processor or UTF-16) were left out.',
  base64: 'It was in base64 once more: it was decoded.',
  surrounded: 'The text around it was left out.',
};

/** Forms in which a header with it would be malformed, though the token is not. */
const spoiling: readonly Repair[] = ['quoted', 'url-encoded', 'wrapped', 'invisible', 'base64'];

function remarksOn({ repairs: made, name, others }: FoundToken): string[] {
  const isSpoilt = made.some((one) => spoiling.includes(one));
  return [
    ...made.map((one) => repairs[one]),
    ...(isSpoilt ? ['Sent as it was pasted, it would be refused: send it without that.'] : []),
    ...(name && name !== 'access_token' ? [`It was named ${name} there.`] : []),
    ...(others > 0
      ? [`${others === 1 ? 'Another token' : `${others} other tokens`} in the same text was not judged.`]
      : []),
  ];
}

function nothingFound(text: string): Inspection {
  const isEmpty = text.trim() === '';
  const isDecoded = /"(iss|exp|alg)"\s{0,9}:/.test(text);
  const remedy = isDecoded
    ? 'These are header or claims that somebody has decoded. Paste the token itself: its signature is what counts.'
    : 'Paste a token, or the header, command line or answer that it stands in.';
  return {
    verdict: 'no token',
    headline: isEmpty ? 'There is nothing to judge yet' : 'No token was found in this text',
    remedy,
    kind: 'text that is no token',
    remarks: [],
    checks: [],
    scopes: [],
    explained: [],
  };
}
