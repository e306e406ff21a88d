import { OidcClient, WebStorageStateStore } from 'oidc-client-ts';
import type { AuthorizeParams } from '../config/authorize-params';
import { withBasePath } from '../config/base-path';
import { safeReturnTo } from '../http/return-to';
import { explainError } from '../provider/symptoms';
import { signInFailure } from './failure';
import type {
  CallbackSettings,
  FailureCode,
  Finish,
  SignInMemory,
  SignInRequest,
  SignInSettings,
} from './sign-in';

export type { CallbackSettings, Finish, SignInFailure, SignInRequest, SignInSettings } from './sign-in';

/** State lives in this tab only, an entry for each sign-in under way, and is gone when it has been used. */
const stateStore = () => new WebStorageStateStore({ prefix: 'sign-in.', store: window.sessionStorage });

function client(settings: CallbackSettings & Partial<SignInSettings>): OidcClient {
  return new OidcClient({
    authority: settings.issuer,
    client_id: settings.clientId,
    redirect_uri: settings.redirectUri,
    stateStore: stateStore(),
    requestTimeoutInSeconds: 30,
    // Given in full, so that nothing is fetched from the provider: its token endpoint is none of the browser's business.
    metadata: {
      issuer: settings.issuer,
      authorization_endpoint: settings.authorizationEndpoint,
      token_endpoint: settings.tokenEndpoint,
    },
  });
}

/**
 * Leaves for the provider's sign-in page: authorization code with PKCE S256, state and nonce.
 * @throws where the browser has no storage or no cryptography for it
 * @source RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1
 */
export async function beginSignIn(
  settings: SignInSettings,
  { scopes, returnTo }: SignInRequest,
): Promise<void> {
  const nonce = randomText();
  const memory: SignInMemory = { returnTo: safeReturnTo(returnTo), requiresIss: settings.requiresIss };
  const request = await client(settings).createSigninRequest({
    scope: [...new Set([...settings.baseScopes, ...scopes])].join(' '),
    nonce,
    state: memory,
    // The server verifies the ID token, so it is told the nonce along with the code.
    extraTokenParams: { nonce },
  });
  window.location.assign(withParameters(request.url, settings.authorizeParams));
}

/** The client's own way of adding parameters sends each but once; `resource` may stand there several times (RFC 8707 §2). */
function withParameters(address: string, parameters: AuthorizeParams): string {
  const url = new URL(address);
  for (const [name, values] of Object.entries(parameters)) {
    for (const value of [values].flat()) url.searchParams.append(name, value);
  }
  return url.href;
}

function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

const finishes = new Map<string, Promise<Finish>>();

/**
 * Finishes a sign-in on the callback page. A code can be used once: whoever asks again for the same URL (React's
 * StrictMode runs effects twice) gets the same answer.
 * @param url the page's own address, with the provider's answer
 */
export function finishSignIn(settings: CallbackSettings, url: string): Promise<Finish> {
  let finish = finishes.get(url);
  if (!finish) {
    finish = finishOnce(settings, new URL(url));
    finishes.set(url, finish);
  }
  return finish;
}

async function finishOnce(settings: CallbackSettings, url: URL): Promise<Finish> {
  const answer = url.searchParams;
  const state = answer.get('state');
  if (state === null || !(answer.has('code') || answer.has('error'))) {
    // Anybody can make such an address: without a state of ours, its words are not the provider's and are not shown.
    return failed(answer.has('error') ? 'provider_error' : 'opened_by_hand', '/');
  }
  const oidc = client(settings);
  const memory = await recall(oidc, url);
  if (!memory)
    return (await hasSession()) ? { outcome: 'done', returnTo: '/' } : failed('state_unknown', '/');
  const finish = await exchange(oidc, url, settings.issuer, memory);
  // A sign-in that failed on the way may be finished by loading the page again; any other answer is final.
  const mayRetry = finish.outcome === 'failed' && ['network', 'unavailable'].includes(finish.failure.code);
  if (!mayRetry) await stateStore().remove(state);
  return finish;
}

async function recall(oidc: OidcClient, url: URL): Promise<SignInMemory | undefined> {
  try {
    const { state } = await oidc.readSigninResponseState(url.href, false);
    const memory = state.data as Partial<SignInMemory> | undefined;
    return { returnTo: safeReturnTo(memory?.returnTo), requiresIss: memory?.requiresIss === true };
  } catch {
    return undefined;
  }
}

async function exchange(oidc: OidcClient, url: URL, issuer: string, memory: SignInMemory): Promise<Finish> {
  const { returnTo } = memory;
  const iss = url.searchParams.get('iss');
  if (iss === null ? memory.requiresIss : iss !== issuer) {
    const detail = `Expected ${issuer}, but the answer names ${iss ?? 'no provider'}. The answer was not used.`;
    return failed('issuer_mismatch', returnTo, detail);
  }
  if (url.searchParams.has('error')) return refusedByProvider(url.searchParams, returnTo);
  try {
    await oidc.processSigninResponse(url.href, undefined, false);
    return { outcome: 'done', returnTo };
  } catch (error) {
    return explain(error, returnTo);
  }
}

/** Some providers also say `access_denied` where a registration is wrong; a person who declines has no such symptom. */
function refusedByProvider(answer: URLSearchParams, returnTo: string): Finish {
  const isWrong = symptomIn(answer) !== undefined;
  if (answer.get('error') === 'access_denied' && !isWrong) return failed('access_denied', returnTo);
  return failed('provider_error', returnTo, providerWords(answer));
}

const symptomIn = (answer: URLSearchParams) =>
  explainError(answer.get('error') ?? '', answer.get('error_description') ?? '');

/** What the errors of our own token endpoint come to (RFC 6749 §5.2, and more of its own). */
const meanings = new Map<string, FailureCode>([
  ['temporarily_unavailable', 'unavailable'],
  ['store_unavailable', 'unavailable'],
  ['access_denied', 'not_admitted'],
  ['server_error', 'broken'],
  ['cross_site', 'broken'],
  ['misconfigured', 'misconfigured'],
  ['invalid_client', 'misconfigured'],
  ['unauthorized_client', 'misconfigured'],
  ['invalid_scope', 'misconfigured'],
  ['invalid_target', 'misconfigured'],
  ['not_allowed', 'misconfigured'],
]);

function explain(error: unknown, returnTo: string): Finish {
  const { name, message, error: code } = error as Error & { error?: string };
  if (name === 'ErrorResponse') return failed(meanings.get(code ?? '') ?? 'refused', returnTo, message);
  // What `fetch` throws when nothing came back, and what the client throws when it took too long.
  if (name === 'TypeError' || name === 'ErrorTimeout') return failed('network', returnTo);
  // No answer of a token endpoint: a proxy's page, or a server that broke down. The client tells by its words alone.
  if (name === 'SyntaxError' || /^Invalid response Content-Type|\(\d{3}\)(:|$)/.test(message)) {
    return failed('unavailable', returnTo, 'The answer came from something in between, not from this app.');
  }
  return failed('refused', returnTo, message);
}

function failed(...details: Parameters<typeof signInFailure>): Finish {
  return { outcome: 'failed', failure: signInFailure(...details) };
}

/** What is known of the cause, and the provider's own words, for people who operate it. Text, never markup. */
function providerWords(answer: URLSearchParams): string {
  const description = answer.get('error_description');
  const words = `It says: ${answer.get('error')}${description ? ` (${description})` : ''}.`.slice(0, 500);
  return [symptomIn(answer), words].filter(Boolean).join(' ');
}

async function hasSession(): Promise<boolean> {
  try {
    const response = await fetch(withBasePath('/auth/session'), { cache: 'no-store' });
    return response.ok && (await response.json()).signedIn === true;
  } catch {
    return false;
  }
}
