import 'server-only';
import { currentConfig } from '../config';
import { log } from '../config/log';
import { perProcess } from '../config/per-process';
import { askProvider, providerMetadata, providerProfile } from '../provider';
import { keysTrouble } from '../provider/keys-trouble';
import type { AccessToken } from './access-token';
import { projectClaims } from './claims';
import { type Expectations, expectationsOf } from './expectations';
import { type IdTokenVerdict, verifyIdToken } from './id-token';
import { type Judgement, judgeWith, noKeys } from './judge';
import { type KeySetCache, keySetCache } from './key-set-cache';
import type { SeenToken } from './last-seen';
import { type LogoutToken, type LogoutTokenVerdict, verifyLogoutToken } from './logout-token';
import { readUnverified, type UnverifiedToken } from './unverified';
import { rememberVerdicts } from './verdict-cache';
import { type ExplainedCheck, explain, type VerifyInput, verify } from './verify';

export type { AccessToken, ExplainedCheck, Judgement, LogoutToken, UnverifiedToken };
export { readUnverified };

/** The one key set cache of this process. */
export function providerKeys(): KeySetCache {
  return perProcess('key-set-cache', () => {
    const { provider } = currentConfig();
    return keySetCache({
      fetch: askProvider,
      clock: Date.now,
      jwksUri: async () =>
        provider.endpoints.jwks ?? (await providerMetadata().get({ ownPauses: true })).jwks_uri,
      maxAge: provider.jwksMaxAge,
      onFailure: (error) => log().warn({ event: 'key_set_fetch_failed', reason: error.message }),
      onEmptied: (error) => log().error({ event: 'key_set_empty', reason: error.message }),
    });
  });
}

/** Why there are no keys to judge by, where there are none. */
export const whyNoKeys = () => keysTrouble(providerKeys().state());

async function judgedWithKeys<T>(verdictWith: Parameters<typeof judgeWith<T>>[1]): Promise<Judgement<T>> {
  const judgement = await judgeWith(providerKeys(), verdictWith);
  return judgement.outcome === 'unavailable' ? { ...judgement, why: whyNoKeys() } : judgement;
}

/** In the memory of this process alone: what the last access token of a sign-in said of itself. */
export function lastSeenToken(): { current: SeenToken | undefined } {
  return perProcess('last-seen-token', () => ({ current: undefined }));
}

/**
 * What tokens must say, as configured and as far as the provider's metadata is known: ask after the keys, which come
 * after it. The same object as long as it says the same, for remembered verdicts hold for one.
 */
export function currentExpectations(): Expectations {
  const listedIssuer = providerMetadata().peek()?.access_token_issuer;
  const known = perProcess(
    'expectations',
    (): { listedIssuer?: string; expectations?: Expectations } => ({}),
  );
  if (!known.expectations || known.listedIssuer !== listedIssuer) {
    known.expectations = expectationsOf(currentConfig(), providerProfile(), projectClaims, listedIssuer);
    known.listedIssuer = listedIssuer;
  }
  return known.expectations;
}

/** `verify` with the one memory of verdicts of this process. */
const verifyOrRecall = (input: VerifyInput) =>
  perProcess('verdicts', () => rememberVerdicts({ verify }))(input);

const seconds = () => Date.now() / 1000;

/** Judges an access token as everything in this app does: middleware, pages and route handlers. */
export function judge(token: string): Promise<Judgement<AccessToken>> {
  return judgedWithKeys((keys) => {
    const verdict = verifyOrRecall({ token, keys, expectations: currentExpectations(), now: seconds() });
    return verdict.accepted ? { accepted: true, value: verdict.token } : verdict;
  });
}

/** Every rule for this access token with what it found: the explained verdict. */
export async function explainToken(token: string): Promise<ExplainedCheck[]> {
  const keys = await providerKeys()
    .current()
    .catch(() => undefined);
  const lines = explain({
    token,
    keys: keys ?? noKeys,
    expectations: currentExpectations(),
    now: seconds(),
  });
  return keys ? lines : lines.map(withoutKeys);
}

/** That no keys can be had is our own trouble, and no fault of the token. */
function withoutKeys(line: ExplainedCheck): ExplainedCheck {
  if (line.name !== 'key') return line;
  return { ...line, result: 'blocked', found: `no keys: ${whyNoKeys().title}` };
}

/** Judges the ID token that came with an access token. */
export function judgeIdToken(input: { token: string; nonce: string | undefined; accessToken: string }) {
  return judgedWithKeys((keys) => {
    const expectations = currentExpectations();
    const verdict: IdTokenVerdict = verifyIdToken({ ...input, keys, expectations, now: seconds() });
    return verdict.accepted ? { accepted: true, value: verdict.claims } : verdict;
  });
}

/** Judges a token by which the provider says that somebody has signed out there. */
export function judgeLogoutToken(token: string): Promise<Judgement<LogoutToken>> {
  return judgedWithKeys((keys) => {
    const expectations = currentExpectations();
    const verdict: LogoutTokenVerdict = verifyLogoutToken({ token, keys, expectations, now: seconds() });
    return verdict.accepted ? { accepted: true, value: verdict.token } : verdict;
  });
}
