import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CookieJar, discover } from '../../test/idp/client';
import { jwksPath } from '../../test/token/key-server';
import { accessToken, encodePart, forge, headerOf, logoutToken, partsOf } from '../../test/token/tokens';
import { type RunningApp, startApp } from '../support/app';
import { keepSession } from '../support/kept-session';
import { type AppWithOwnProvider, startWithOwnProvider } from '../support/own-provider';
import {
  cookieOf,
  fetchCode,
  onwardFrom,
  redeem,
  sameOrigin,
  sessionOf,
  signOutAtProvider,
} from '../support/session';

/** The first start may have to build the app. */
const firstStart = 300_000;

function send(app: RunningApp, body: string | URLSearchParams, headers: Record<string, string> = {}) {
  return fetch(`${app.baseUrl}/auth/backchannel-logout`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: String(body),
    redirect: 'manual',
  });
}

const sendToken = (app: RunningApp, token: string) => send(app, new URLSearchParams({ logout_token: token }));

const ended = { signedIn: false, reason: 'provider' };
const alive = expect.objectContaining({ signedIn: true });

describe.each([
  ['standard', {}],
  ['auth0', { parameters: { audience: 'https://api.claimcheck.local' } }],
] as const)('signing out at the provider (%s)', (personality, options) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ personality });
  }, firstStart);
  afterAll(() => app.stop());

  /** Signs in once more, in a browser that the provider may know already. */
  async function signedInWith(jar?: CookieJar, username = 'alice') {
    const result = await fetchCode(app, { ...options, username, ...(jar && { jar }) });
    const answer = await redeem(app, result);
    expect(answer.status).toBe(200);
    return { jar: result.jar, session: { cookie: cookieOf(answer) } };
  }

  test('ends every session of that browser here, and no other', async () => {
    const laptop = await signedInWith();
    const laptopAgain = await signedInWith(laptop.jar);
    const phone = await signedInWith();
    const bob = await signedInWith(undefined, 'bob');
    await signOutAtProvider(app, laptop.jar);
    expect(await sessionOf(app, laptop.session)).toEqual(ended);
    expect(await sessionOf(app, laptopAgain.session)).toEqual(ended);
    expect(await sessionOf(app, phone.session)).toEqual(alive);
    expect(await sessionOf(app, bob.session)).toEqual(alive);
    const api = await fetch(`${app.baseUrl}/api/my-token`, { headers: laptop.session });
    expect(api.status).toBe(401);
  });

  test('leaves the person free to sign in again, and that session stays', async () => {
    const first = await signedInWith();
    await signOutAtProvider(app, first.jar);
    const second = await signedInWith(first.jar);
    expect(await sessionOf(app, first.session)).toEqual(ended);
    expect(await sessionOf(app, second.session)).toEqual(alive);
  });

  test('through the app in one of two tabs ends the session of the other', async () => {
    const tab = await signedInWith();
    const other = await signedInWith(tab.jar);
    const answer = await fetch(`${app.baseUrl}/auth/logout`, {
      method: 'POST',
      headers: { ...tab.session, ...sameOrigin },
      redirect: 'manual',
    });
    expect(await sessionOf(app, other.session)).toEqual(alive);
    const back = await tab.jar.fetch(new URL(onwardFrom(await answer.text())));
    expect(back.location?.href).toBe(`${app.baseUrl}/`);
    expect(await sessionOf(app, tab.session)).toEqual({ signedIn: false, reason: 'signed-out' });
    expect(await sessionOf(app, other.session)).toEqual(ended);
  });

  test('is listed by discovery', async () => {
    expect(await discover(app.embeddedIssuer)).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });
});

describe('a logout token', () => {
  let own: AppWithOwnProvider;
  let app: RunningApp;
  beforeAll(async () => {
    own = await startWithOwnProvider();
    app = own.app;
  }, firstStart);
  afterAll(() => own.stop());

  let serial = 0;
  /** A token that nobody has seen yet, of the person alone: what the kept session was begun with names no session. */
  const fresh = (claims: Record<string, unknown> = {}, how: Parameters<typeof logoutToken>[2] = {}) => {
    const iat = Math.floor(Date.now() / 1_000);
    const usual = { sid: undefined, iat, exp: iat + 120, jti: `jti-${++serial}` };
    return logoutToken(own.context, { ...usual, ...claims }, how);
  };

  const keep = async () => {
    const { cookie } = await keepSession(app, accessToken(own.context), own.secret);
    return { cookie };
  };

  test('is answered with 200 and nothing to store, by no cookie and no origin', async () => {
    const session = await keep();
    const answer = await send(app, new URLSearchParams({ logout_token: fresh() }), {
      origin: 'https://id.example',
      'sec-fetch-site': 'cross-site',
    });
    expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
      200,
      'no-store',
      '',
    ]);
    expect(await sessionOf(app, session)).toEqual(ended);
  });

  test('of somebody who is not signed in is done all the same', async () => {
    const session = await keep();
    expect((await sendToken(app, fresh({ sub: 'nobody' }))).status).toBe(200);
    expect(await sessionOf(app, session)).toEqual(alive);
  });

  test('is used once', async () => {
    const token = fresh();
    expect((await sendToken(app, token)).status).toBe(200);
    const session = await keep();
    const again = await sendToken(app, token);
    expect([again.status, again.headers.get('cache-control'), await again.json()]).toEqual([
      400,
      'no-store',
      { error: 'invalid_request', error_description: 'replay: it has been used before' },
    ]);
    expect(await sessionOf(app, session)).toEqual(alive);
  });

  test('that comes twice at once is done once', async () => {
    const session = await keep();
    const token = fresh();
    const answers = await Promise.all([sendToken(app, token), sendToken(app, token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(await sessionOf(app, session)).toEqual(ended);
  });

  const withoutSignature = () => {
    const [, payload] = partsOf(fresh());
    return `${encodePart({ alg: 'none', typ: 'logout+jwt' })}.${payload}.${encodePart('x')}`;
  };
  const idToken = () => {
    const { issuer, clientId, now, rsa } = own.context;
    const claims = { iss: issuer, aud: clientId, sub: 'user-1', iat: now, exp: now + 600, nonce: 'n' };
    return forge(headerOf(rsa, { typ: 'JWT' }), { ...claims, jti: 'x' }, rsa);
  };

  test.each([
    ['a forged one', () => fresh({}, { signer: own.context.attacker }), 'signature'],
    ['one without a signature', withoutSignature, 'algorithm'],
    ['one for another client', () => fresh({ aud: 'client-2' }), 'audience'],
    ['one of another issuer', () => fresh({ iss: 'https://other.example' }), 'issuer'],
    ['one of yesterday', () => fresh({ iat: own.context.now - 86_400 }), 'issued_at'],
    ['one without a jti', () => fresh({ jti: undefined }), 'id'],
    ['one of nobody', () => fresh({ sub: undefined }), 'subject'],
    ['an access token', () => accessToken(own.context), 'type'],
    ['an ID token', idToken, 'events'],
    ['no token at all', () => 'junk', 'form'],
  ])('cannot be %s: nobody is signed out', async (_name, make, check) => {
    const session = await keep();
    const answer = await sendToken(app, make());
    expect(answer.status).toBe(400);
    const { error, error_description: description } = await answer.json();
    expect([error, description]).toEqual(['invalid_request', expect.stringMatching(`^${check}: `)]);
    expect(description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
    expect(await sessionOf(app, session)).toEqual(alive);
  });

  test.each([
    ['nothing', '', {}, 400],
    ['two tokens', 'logout_token=a&logout_token=b', {}, 400],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415],
    ['too much', `logout_token=${'x'.repeat(70_000)}`, {}, 413],
  ])('is not to be found in %s', async (_name, body, headers, status) => {
    expect((await send(app, body, headers)).status).toBe(status);
  });

  test('opens no door as a bearer token', async () => {
    const claims = { aud: [own.context.audience, own.context.clientId], scope: 'example:note:read' };
    for (const typ of ['logout+jwt', 'JWT', 'at+jwt']) {
      const authorization = `Bearer ${fresh(claims, { header: { typ } })}`;
      const answer = await fetch(`${app.baseUrl}/api/notes`, { headers: { authorization } });
      expect(answer.status).toBe(401);
    }
  });

  test('of 500 forged ones costs the provider a fetch at most, and the log a line', async () => {
    const fetches = own.keyServer.requests(jwksPath);
    const lines = () => app.output().match(/"logout_token_refused","check":"key"/g)?.length;
    // Not signed one by one: that would keep this process from its connections for so long that they are closed.
    const [, payload, signature] = partsOf(fresh({}, { signer: own.context.attacker }));
    const header = (kid: string) => encodePart({ alg: 'RS256', typ: 'logout+jwt', kid });
    const forgeries = Array.from(
      { length: 500 },
      (_, turn) => `${header(`unknown-${turn}`)}.${payload}.${signature}`,
    );
    const answers = await Promise.all(forgeries.map((forgery) => sendToken(app, forgery)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect(own.keyServer.requests(jwksPath) - fetches).toBeLessThanOrEqual(1);
    await expect.poll(lines).toBe(1);
    expect((await sendToken(app, fresh())).status).toBe(200);
  });
});

test('while no keys can be had, the provider is asked to come again', async () => {
  const own = await startWithOwnProvider('down', { cold: true });
  try {
    const answer = await sendToken(own.app, logoutToken(own.context));
    expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await sendToken(own.app, 'junk')).status).toBe(400);
  } finally {
    await own.stop();
  }
});
