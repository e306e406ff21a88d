import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Personality } from '../lib/config/personality';
import { parseForm } from '../test/idp/browser';
import { type CookieJar, exchangeCode } from '../test/idp/client';
import { TestPersonality } from '../test/idp/personality';

/** Called for each request that the app is sent. */
type Behaviour = (response: ServerResponse) => void;

const takes: Behaviour = (response) => void response.end();
const refuses: Behaviour = (response) => void response.writeHead(400).end('{}');
const hangs: Behaviour = () => undefined;
const leadsAway: Behaviour = (response) => void response.writeHead(307, { location: '/elsewhere' }).end();

let tested: TestPersonality;
let server: Server | undefined;
afterEach(async () => {
  await tested.idp.remove();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
});

interface Sent {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly token: string;
}

async function read(request: IncomingMessage): Promise<Sent> {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { url: path, headers } = request;
  return { path, type: headers['content-type'], token: new URLSearchParams(body).get('logout_token') ?? '' };
}

/** A personality in front of an app that only notes what it is sent. */
async function open(personality: Personality, behave: Behaviour = takes): Promise<Sent[]> {
  const sent: Sent[] = [];
  server = createServer(async (request, response) => {
    sent.push(await read(request));
    behave(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const appBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const audience = personality === 'auth0' ? { audience: 'https://api.claimcheck.local' } : {};
  // Only an app that never answers is given up soon; on a busy machine the others may take their time.
  const options = { appBaseUrl, backchannelTimeout: behave === hangs ? 100 : 10_000 };
  tested = await TestPersonality.start(personality, { parameters: audience }, options);
  return sent;
}

async function signedIn(jar?: CookieJar) {
  const result = await tested.signIn(jar ? { jar } : {});
  const tokens = await exchangeCode({ ...result, issuer: tested.idp.issuer });
  const { payload } = await tested.verify(tokens.id_token);
  return { jar: result.jar, tokens, payload };
}

/** On the provider's page, with its button. */
async function signOut(jar: CookieJar) {
  const page = await jar.fetch(new URL(tested.endpoints.end_session_endpoint));
  const form = parseForm(page.text, page.url);
  return jar.fetch(
    form?.action ?? page.url,
    new URLSearchParams([...(form?.fields ?? []), ['logout', 'yes']]),
  );
}

async function expectLogoutToken(sent: Sent | undefined, idToken: Record<string, unknown>) {
  expect(sent).toMatchObject({
    path: '/auth/backchannel-logout',
    type: expect.stringContaining('application/x-www-form-urlencoded'),
  });
  const { payload, protectedHeader } = await tested.verify(sent?.token);
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'logout+jwt', kid: expect.any(String) });
  expect(payload).toEqual({
    iss: tested.idp.issuer,
    sub: idToken.sub,
    sid: idToken.sid,
    aud: 'claimcheck',
    iat: expect.any(Number),
    exp: Number(payload.iat) + 120,
    jti: expect.stringMatching(/^[\w-]{22}$/),
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
}

test.each(['standard', 'auth0'] as const)(
  'signing out on the page of %s tells the app once, by the names of its ID tokens',
  async (personality) => {
    const sent = await open(personality);
    const first = await signedIn();
    const again = await signedIn(first.jar);
    const elsewhere = await signedIn();
    expect(again.payload.sid).toBe(first.payload.sid);
    expect(elsewhere.payload.sid).not.toBe(first.payload.sid);
    expect((await signOut(first.jar)).status).toBe(303);
    expect(sent).toHaveLength(1);
    await expectLogoutToken(sent[0], first.payload);
  },
);

test('signing out by an ID token tells the app, too', async () => {
  const sent = await open('standard');
  const { jar, tokens, payload } = await signedIn();
  const url = new URL(tested.endpoints.end_session_endpoint);
  url.searchParams.set('id_token_hint', tokens.id_token ?? '');
  expect((await jar.fetch(url)).status).toBe(303);
  expect(sent).toHaveLength(1);
  await expectLogoutToken(sent[0], payload);
});

test('so does Auth0’s older way', async () => {
  const sent = await open('auth0');
  const { jar, payload } = await signedIn();
  await jar.fetch(new URL('/v2/logout', tested.idp.issuer));
  expect(sent).toHaveLength(1);
  await expectLogoutToken(sent[0], payload);
});

test('a renewed ID token names the same session', async () => {
  await open('standard');
  const { tokens, payload } = await signedIn();
  const form = {
    grant_type: 'refresh_token',
    client_id: 'claimcheck',
    refresh_token: tokens.refresh_token ?? '',
  };
  const { text } = await tested.post(`${tested.idp.issuer}/token`, form);
  const renewed = await tested.verify(JSON.parse(text).id_token);
  expect(renewed.payload.sid).toBe(payload.sid);
});

test.each(['entra', 'cognito'] as const)(
  '%s tells the app nothing, and does not say it would',
  async (personality) => {
    const sent = await open(personality);
    const result = await tested.signIn();
    const end = new URL(tested.endpoints.end_session_endpoint);
    end.searchParams.set('client_id', 'claimcheck');
    end.searchParams.set('logout_uri', `${tested.idp.appBaseUrl}/`);
    await result.jar.fetch(end);
    expect((await tested.signIn({ jar: result.jar })).pages[0]).toMatch(/sign in/i);
    expect(sent).toEqual([]);
    expect(tested.endpoints).not.toHaveProperty('backchannel_logout_supported');
  },
);

test('somebody who is not signed in has nobody to tell', async () => {
  const sent = await open('auth0');
  const { jar } = await signedIn();
  await signOut(jar);
  await jar.fetch(new URL('/v2/logout', tested.idp.issuer));
  expect(sent).toHaveLength(1);
});

test.each([
  ['refuses', refuses],
  ['hangs', hangs],
  ['leads elsewhere', leadsAway],
])('an app that %s holds up nobody who signs out', async (_name, behave) => {
  const sent = await open('standard', behave);
  const { jar } = await signedIn();
  expect((await signOut(jar)).status).toBe(303);
  expect((await tested.signIn({ jar })).pages[0]).toMatch(/sign in/i);
  await expect.poll(() => sent.length).toBe(1);
});

test('an app that is down holds up nobody either', async () => {
  const sent = await open('standard');
  const { jar } = await signedIn();
  await new Promise((resolve) => server?.close(resolve));
  expect((await signOut(jar)).status).toBe(303);
  expect(sent).toEqual([]);
});
