import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileCorpus, isSendable } from '../../test/token/hostile/corpus';
import { accessToken } from '../../test/token/tokens';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

let own: AppWithOwnProvider;
beforeAll(async () => {
  own = await startWithOwnProvider();
});
afterAll(() => own.stop());

const call = (path: string, init?: RequestInit) =>
  fetch(`${own.app.baseUrl}${path}`, { redirect: 'manual', ...init });

const protectedRoutes = ['/api/my-token', '/api/my-scopes', '/api/notes', '/api/notes/some-id'];

/** Sends a request byte by byte, for what `fetch` will not send. @returns the answer's head and body as text */
function raw(path: string, headerLines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(own.app.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: localhost:${own.app.port}`,
      ...headerLines,
      'Connection: close',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

describe('a good token', () => {
  test.each(['rsa', 'pss', 'ec', 'ed'] as const)('signed with the %s key is accepted', async (name) => {
    const token = accessToken(own.context, {}, { signer: own.context[name] });
    const response = await call('/api/my-token', { headers: bearer(token) });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ sub: 'user-1', iss: own.context.issuer });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('shows its scopes as a list, each once and in order', async () => {
    const token = accessToken(own.context, { scope: 'b a  b c' });
    const response = await call('/api/my-scopes', { headers: bearer(token) });
    expect(await response.json()).toEqual(['b', 'a', 'c']);
  });

  test.each([[undefined], [null], [7], [{ a: 1 }], ['']])(
    'whose scope claim is %j has no scopes and breaks nothing',
    async (scope) => {
      const token = accessToken(own.context, { scope });
      const scopes = await call('/api/my-scopes', { headers: bearer(token) });
      expect([scopes.status, await scopes.json()]).toEqual([200, []]);
      const notes = await call('/api/notes', { headers: bearer(token) });
      expect(notes.status).toBe(403);
    },
  );

  test('answers HEAD like GET, without a body', async () => {
    const headers = bearer(accessToken(own.context));
    const head = await call('/api/my-token', { method: 'HEAD', headers });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('no credentials', () => {
  test.each(protectedRoutes)('%s answers 401 with a challenge that names no error', async (path) => {
    for (const headers of [{}, { authorization: '' }, { authorization: 'Basic dXNlcjpwYXNz' }]) {
      const response = await call(path, { headers: headers as Record<string, string> });
      expect(response.status).toBe(401);
      const [resource = ''] = /^\/api\/[\w-]+/.exec(path) ?? [];
      const metadata = `${own.app.baseUrl}/.well-known/oauth-protected-resource${resource}`;
      expect(response.headers.get('www-authenticate')).toBe(
        `Bearer realm="claimcheck", resource_metadata="${metadata}"`,
      );
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
      expect(await (await fetch(metadata)).json()).toMatchObject({ resource: own.app.baseUrl + resource });
    }
  });

  test('HEAD is refused as GET is', async () => {
    const response = await call('/api/my-token', { method: 'HEAD' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="claimcheck"/);
  });
});

describe('a malformed Authorization header', () => {
  test.each([
    ['Bearer without a token', 'Bearer'],
    ['two tokens', 'Bearer one two'],
    ['two values joined by a comma', 'Bearer one, Bearer two'],
    ['a character that no token has', 'Bearer a"b'],
  ])('%s answers 400 invalid_request', async (_name, authorization) => {
    const response = await call('/api/my-token', { headers: { authorization } });
    expect(response.status).toBe(400);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"');
    expect(await response.json()).toMatchObject({ code: 'invalid_request' });
  });

  test('sent twice answers 400, though one of the two is good', async () => {
    const good = `Authorization: Bearer ${accessToken(own.context)}`;
    expect(await raw('/api/my-token', [good])).toMatch(/^HTTP\/1.1 200/);
    expect(await raw('/api/my-token', [good, 'Authorization: Bearer other'])).toMatch(/^HTTP\/1.1 400/);
    expect(await raw('/api/my-token', [good, good])).toMatch(/^HTTP\/1.1 400/);
  });
});

describe('a token that must be refused', () => {
  /** What is wrong with the answer to a hostile token; nothing, if all is well. */
  async function mistakes(token: string, check: string): Promise<string[]> {
    const response = await call('/api/my-token', { headers: bearer(token) });
    const body = await response.text();
    // Node itself turns away headers larger than it reads.
    if (response.status === 431) return token.length > 15_000 ? [] : ['431 for a small token'];
    const challenge = response.headers.get('www-authenticate') ?? '';
    const { code, check: named } = JSON.parse(body);
    return [
      response.status !== 401 && `status ${response.status}`,
      !challenge.includes('error="invalid_token"') && `challenge ${challenge}`,
      !/^[\x20-\x7E]*$/.test(challenge) && 'a challenge that is not ASCII',
      code !== 'invalid_token' && `code ${code}`,
      named !== check && `check ${named} instead of ${check}`,
      token.length > 20 && body.includes(token) && 'the token is echoed',
    ].filter((mistake) => mistake !== false);
  }

  const checks = [...new Set(hostileCorpus.map(({ check }) => check))];

  test.each(checks)('for its %s is answered 401, says so, and is not echoed', async (check) => {
    const found: string[] = [];
    let sent = 0;
    for (const entry of hostileCorpus.filter((one) => one.check === check)) {
      const token = entry.make(own.context);
      // The rest cannot be sent in a header at all, or is another token by the time it arrives.
      if (!isSendable(token)) continue;
      sent++;
      for (const mistake of await mistakes(token, check)) found.push(`${entry.name}: ${mistake}`);
    }
    expect(found).toEqual([]);
    expect(sent).toBeGreaterThan(0);
  });

  test('an unknown or hostile token costs the provider no more than one look', () => {
    expect(own.keyServer.requests('/jwks')).toBeLessThanOrEqual(3);
  });
});

describe('too little scope', () => {
  test.each([
    ['GET', '/api/notes', 'read'],
    ['POST', '/api/notes', 'create'],
    ['GET', '/api/notes/x', 'read'],
    ['PATCH', '/api/notes/x', 'update'],
    ['DELETE', '/api/notes/x', 'delete'],
  ])('%s %s without note:%s answers 403 and names it', async (method, path, verb) => {
    const others = ['read', 'create', 'update', 'delete'].filter((other) => other !== verb);
    const lookalikes = [`example:note:${verb}only`, `note:${verb}`, `EXAMPLE:NOTE:${verb.toUpperCase()}`];
    const scope = [...others.map((other) => `example:note:${other}`), ...lookalikes].join(' ');
    const response = await call(path, { method, headers: bearer(accessToken(own.context, { scope })) });
    expect(response.status).toBe(403);
    const challenge = response.headers.get('www-authenticate');
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`scope="example:note:${verb}"`);
    expect(await response.json()).toMatchObject({
      code: 'insufficient_scope',
      scope: `example:note:${verb}`,
    });
  });
});

describe('methods', () => {
  test.each([...protectedRoutes, '/auth/token', '/auth/logout', '/api/health'])(
    '%s answers 405 with Allow to a method it does not have, and lists its methods for OPTIONS',
    async (path) => {
      const refused = await call(path, { method: 'PUT' });
      expect(refused.status).toBe(405);
      const options = await call(path, { method: 'OPTIONS' });
      expect(options.status).toBe(204);
      expect(options.headers.get('allow')).toBe(refused.headers.get('allow'));
      expect(options.headers.get('allow')).toContain('OPTIONS');
    },
  );

  test('an unknown address of the API answers 404', async () => {
    expect((await call('/api/nothing')).status).toBe(404);
  });
});

describe('metadata and health', () => {
  test('the protected resource names its authorization server and scopes', async () => {
    const response = await call('/.well-known/oauth-protected-resource');
    expect(await response.json()).toMatchObject({
      resource: own.app.baseUrl,
      authorization_servers: [own.context.issuer],
      scopes_supported: [
        'example:note:read',
        'example:note:create',
        'example:note:update',
        'example:note:delete',
      ],
    });
  });

  test('health shows the keys and nothing secret', async () => {
    const response = await call('/api/health');
    const body = await response.json();
    expect(body).toMatchObject({ status: 'ok', checks: { store: { status: 'ok' }, keys: { status: 'ok' } } });
    expect(body.checks.keys.kids).toEqual(expect.arrayContaining(['rsa-1', 'ec-1']));
    expect(JSON.stringify(body)).not.toMatch(/SESSION_SECRET|"[nd]":/);
  });

  test('both answer on 127.0.0.1 as well', async () => {
    const response = await fetch(`http://127.0.0.1:${own.app.port}/api/health/ready`, { redirect: 'manual' });
    expect(response.status).toBe(200);
  });
});
