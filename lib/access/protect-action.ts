import { isStoreError, storeRetryAfter } from '../db/store-error';
import { type ProblemWords, problemBody, type UnavailableCode } from '../http/problem';
import { safeReturnTo } from '../http/return-to';
import { waitSentence } from '../limits';
import type { AccessToken } from '../token';
import { permittedActions, scopeFor } from './actions';
import { signInPath } from './pages';
import { countWrite, type GuardOptions, signInMissing } from './protect';
import { missingActions, type Requirement } from './requirement';
import { type SignedInViewer, type Viewer, viewerOf } from './viewer';

/** Why an action was not carried out: what a person can do about each is different. Every `href` comes back. */
export type ActionRefusal =
  /** @property reason what became of the session they had, if any: `idle`, `expired`, `provider` … */
  | { readonly outcome: 'signed-out'; readonly reason?: string; readonly href: string }
  /** @property scopes those that are missing, as they have to be asked for @property href asks for them beside those of the token */
  | { readonly outcome: 'needs-scope'; readonly scopes: readonly string[]; readonly href: string }
  /** @property retryAfter seconds until sending it again may help */
  | {
      readonly outcome: 'unavailable';
      readonly code: UnavailableCode;
      readonly retryAfter: number;
      readonly sentence: string;
    }
  /** @property silent whether the token says nothing of the sign-in, so that another would change nothing */
  | {
      readonly outcome: 'needs-sign-in';
      readonly because: string;
      readonly silent: boolean;
      readonly href: string;
    }
  /** @property retryAfter seconds until it may be sent again */
  | { readonly outcome: 'limited'; readonly retryAfter: number; readonly sentence: string }
  | { readonly outcome: 'refused'; readonly check: string; readonly because: string; readonly href: string }
  /** The form cannot be read, or something went wrong on our side, which the log knows. */
  | { readonly outcome: 'failed'; readonly sentence: string };

export type ActionResult<T> = { readonly outcome: 'done'; readonly value: T } | ActionRefusal;

/** An action as `useActionState` takes it, and `<form action>`, which shows nothing of what it answers. */
export interface ProtectedAction<T> {
  (form: FormData): Promise<void>;
  (previous: ActionResult<T> | undefined, form: FormData): Promise<ActionResult<T>>;
}

/** What an action does for somebody who may. What it returns goes to their browser. */
export type ActionHandler<T> = (context: { token: AccessToken }, form: FormData) => Promise<T> | T;

/** What a guard of actions needs beyond {@link GuardOptions}: Next gives an action no request. */
export interface ActionGuardOptions extends GuardOptions {
  /** The headers of the request, as the middleware forwards them. */
  readonly incoming: () => Promise<Headers>;
  /** Throws again what Next itself throws to redirect or to end a page, and nothing else. */
  readonly rethrow: (error: unknown) => void;
  /** Gets to know what a handler threw; the answer says nothing of it. */
  readonly onError: (error: unknown) => void;
}

/**
 * Guards a server action, which anybody can call by its id: a verified bearer token with the scopes that are required,
 * or a refusal that the form shows with everything still in it. Never throws for one, and revalidates nothing: Next then
 * renders no page into the answer, and the one on the screen stays as it is.
 *
 * Another site cannot act here with somebody's session. The middleware refuses a write that the browser itself says
 * comes from elsewhere (403, by `Sec-Fetch-Site`, else `Origin`; the cookie is SameSite=Lax besides). Next compares
 * `Origin` with `X-Forwarded-Host`, else `Host`, before it runs an action; the middleware puts the host of APP_BASE_URL
 * there, so that a proxy which passes on another `Host` breaks nothing, and `serverActions.allowedOrigins` stays empty.
 */
export type ProtectAction = <T>(requirement: Requirement, handler: ActionHandler<T>) => ProtectedAction<T>;

/** @param options asked for at the first call, so that actions can be declared before there is a configuration */
export function createProtectAction(options: () => ActionGuardOptions): ProtectAction {
  return <T>(requirement: Requirement, handler: ActionHandler<T>) => {
    // Finds out at once, not at the first call, that a list is empty.
    missingActions(requirement, [], '');
    const action = async (...sent: readonly unknown[]): Promise<ActionResult<T>> => {
      const guard = options();
      const who = await permitted(requirement, guard);
      if (who.state !== 'signed-in') return who;
      // `<form action>` sends the form alone, `useActionState` what it has before it; a forger sends anything.
      const form = sent.at(-1);
      if (!(form instanceof FormData)) return { outcome: 'failed', sentence: 'The form cannot be read.' };
      const use = await countWrite(requirement, who.token, guard);
      if (use && !use.allowed) {
        const sentence = `${problemBody('rate_limited').title} ${waitSentence(use)}`;
        return { outcome: 'limited', retryAfter: use.reset, sentence };
      }
      return carriedOut(() => handler({ token: who.token }, form), guard);
    };
    return action as ProtectedAction<T>;
  };
}

/** Somebody who may, or the refusal. */
async function permitted(
  requirement: Requirement,
  guard: ActionGuardOptions,
): Promise<SignedInViewer | (ActionRefusal & { readonly state?: undefined })> {
  const incoming = await guard.incoming();
  const here = pageIn(incoming, guard.baseUrl);
  const who = await viewerOf(incoming, guard);
  if (who.state !== 'signed-in') return refusalOf(who, here);
  return (
    insufficientScope(requirement, who, { ...guard, here }) ??
    insufficientSignIn(requirement, who, { ...guard, here }) ??
    who
  );
}

/** Path of the page that holds the form: its own words, so believed only as far as they stay within this app. */
function pageIn(incoming: Headers, baseUrl: string): string {
  const referer = incoming.get('referer') ?? '';
  return safeReturnTo(referer.startsWith(`${baseUrl}/`) ? referer.slice(baseUrl.length) : '/');
}

function refusalOf(who: Exclude<Viewer, SignedInViewer>, here: string): ActionRefusal {
  switch (who.state) {
    case 'signed-out': {
      const { reason } = who;
      const href = signInPath(here, reason);
      return { outcome: 'signed-out', ...(reason !== undefined && { reason }), href };
    }
    case 'unavailable':
      return unavailable(who.code, who.retryAfter, who.words);
    case 'refused': {
      const { check, because } = who;
      return { outcome: 'refused', check, because, href: signInPath(here, 'refused') };
    }
  }
}

function insufficientScope(
  requirement: Requirement,
  { token }: SignedInViewer,
  { tokenPrefix, requestPrefix, here }: GuardOptions & { here: string },
): ActionRefusal | undefined {
  const missing = missingActions(requirement, token.scopes, tokenPrefix);
  if (missing.length === 0) return undefined;
  // By the names under which they have to be asked for, which are not always those that tokens have.
  const asked = (actions: typeof missing) => actions.map((action) => scopeFor(action, requestPrefix));
  const have = asked(permittedActions(token.scopes, tokenPrefix));
  const scopes = asked(missing);
  return { outcome: 'needs-scope', scopes, href: signInPath(here, undefined, [...have, ...scopes]) };
}

function insufficientSignIn(
  requirement: Requirement,
  { token }: SignedInViewer,
  guard: GuardOptions & { here: string },
): ActionRefusal | undefined {
  const missing = signInMissing(requirement, token, guard);
  if (!missing) return undefined;
  const { because, silent } = missing;
  const asked = permittedActions(token.scopes, guard.tokenPrefix);
  const scopes = asked.map((action) => scopeFor(action, guard.requestPrefix));
  return {
    outcome: 'needs-sign-in',
    because,
    silent,
    href: signInPath(guard.here, undefined, scopes, missing),
  };
}

async function carriedOut<T>(
  act: () => Promise<T> | T,
  { rethrow, onError }: ActionGuardOptions,
): Promise<ActionResult<T>> {
  try {
    return { outcome: 'done', value: await act() };
  } catch (error) {
    rethrow(error);
    onError(error);
    if (isStoreError(error)) return unavailable('store_unavailable', storeRetryAfter);
    return { outcome: 'failed', sentence: `${problemBody('internal').title} Try again in a moment.` };
  }
}

/** Seconds after which somebody tries again, where nobody knows better. */
const usualRetryAfter = 5;

function unavailable(
  code: UnavailableCode,
  retryAfter = usualRetryAfter,
  words: ProblemWords = {},
): ActionRefusal {
  const { title, detail = 'Try again in a moment.' } = problemBody(code, words);
  return { outcome: 'unavailable', code, retryAfter, sentence: `${title} ${detail}` };
}
