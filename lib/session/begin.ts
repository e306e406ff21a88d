import { hashSessionId, newSessionId } from './cookie';
import type { OnSignIn, SignInContext } from './on-sign-in';
import type { SessionStore } from './store';
import type { ExchangeRefusal, SignedIn } from './token-exchange';

/** What the browser brought: the id of its session, and what it calls itself. */
export interface Browser {
  readonly previousId: string | undefined;
  readonly device: string;
}

export interface BeginOptions {
  readonly store: SessionStore;
  readonly onSignIn: OnSignIn;
  /** Takes a token back that nobody will use; keeps nobody waiting and never throws. */
  readonly revokeUnused: (refreshToken: string | undefined) => void;
  /** Waits for so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** The id of the new session, for the cookie alone; or why there is none. */
export type Begun = { readonly id: string } | { readonly refusal: ExchangeRefusal };

/**
 * Begins a session for somebody who has signed in, and ends the one their browser had before. Where it comes to
 * nothing, that one goes on, and the tokens of this sign-in are taken back.
 * @throws where the session cannot be kept, or `onSignIn` fails
 */
export async function begin(signedIn: SignedIn, browser: Browser, options: BeginOptions): Promise<Begun> {
  const { refreshToken } = signedIn.tokens;
  try {
    const begun = await write(signedIn, browser, options);
    if ('refusal' in begun) options.revokeUnused(refreshToken);
    return begun;
  } catch (error) {
    options.revokeUnused(refreshToken);
    throw error;
  }
}

async function write(signedIn: SignedIn, browser: Browser, options: BeginOptions): Promise<Begun> {
  const { previousId, device } = browser;
  const id = newSessionId();
  const because = await options.store.create(
    { ...signedIn, device, idHash: hashSessionId(id) },
    {
      ...(previousId !== undefined && { replaced: hashSessionId(previousId) }),
      admit: (transaction) => admit(signedIn, { transaction }, options),
    },
  );
  if (because === undefined) return { id };
  return { refusal: { status: 400, error: 'access_denied', description: because } };
}

/** Milliseconds; nobody else can use the one connection of SQLite meanwhile. */
const patience = 5_000;

/** Why somebody may not sign in, as the app's own rule says. */
async function admit(
  { identity, subject: accessTokenSubject }: SignedIn,
  context: SignInContext,
  { onSignIn, sleep }: BeginOptions,
): Promise<string | undefined> {
  const { issuer, subject, claims } = identity;
  const overdue = async () => {
    await sleep(patience);
    throw new Error(
      `onSignIn did not end within ${patience / 1_000} s. It may ask the database through its transaction alone.`,
    );
  };
  const person = { issuer, subject, claims, accessTokenSubject };
  const answer = await Promise.race([onSignIn(person, context), overdue()]);
  return answer && (answer.refuse || 'You may not sign in here.');
}
