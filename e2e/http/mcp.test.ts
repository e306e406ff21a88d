import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineToken } from '../../test/idp/client';
import { type RunningApp, startApp } from '../support/app';
import { Assistant } from '../support/mcp-client';
import { bearer } from '../support/own-provider';
import { sameOrigin, signedIn } from '../support/session';

let app: RunningApp;
let alice: Assistant;
let notes: Client;

beforeAll(async () => {
  app = await startApp();
  alice = new Assistant();
  notes = await alice.connect(app);
});
afterAll(() => app.stop());

const call = (client: Client, name: string, args: Record<string, unknown> = {}) =>
  client.callTool({ name, arguments: args });
const contentOf = async (...args: Parameters<typeof call>) =>
  (await call(...args)).structuredContent as Record<string, unknown> & { id: string };

describe('an assistant that knows the address alone', () => {
  test('finds the provider, registers itself and asks for the scopes of the API with PKCE', () => {
    expect(alice.clientInformation()).toMatchObject({ redirect_uris: [alice.redirectUrl] });
    expect(Object.fromEntries(alice.requests[0]?.searchParams ?? [])).toMatchObject({
      resource: `${app.baseUrl}/api/mcp`,
      code_challenge_method: 'S256',
      scope: expect.stringContaining('example:note:read example:note:create example:note:update'),
    });
    expect(decodeJwt(alice.tokens()?.access_token ?? '').aud).toBe('https://api.claimcheck.local');
  });

  test('is shown the note actions, and what each does', async () => {
    const { tools } = await notes.listTools();
    expect(
      tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint, annotations?.destructiveHint]),
    ).toEqual([
      ['list_notes', true, undefined],
      ['get_note', true, undefined],
      ['create_note', false, false],
      ['update_note', false, true],
      ['delete_note', false, true],
    ]);
    expect(notes.getServerCapabilities()).toEqual({ tools: { listChanged: false } });
  });

  test('creates, lists, reads, changes and deletes a note', async () => {
    const made = await contentOf(notes, 'create_note', { title: 'Tea', body: 'green' });
    expect(made).toMatchObject({ title: 'Tea', body: 'green', version: 1 });
    expect(await contentOf(notes, 'list_notes')).toMatchObject({ notes: [made], nextCursor: null });
    expect(await contentOf(notes, 'get_note', { id: made.id })).toEqual(made);
    const changed = await contentOf(notes, 'update_note', { id: made.id, body: 'black', version: 1 });
    expect(changed).toMatchObject({ title: 'Tea', body: 'black', version: 2 });
    expect(await call(notes, 'update_note', { id: made.id, title: 'late', version: 1 })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('has changed since') }],
    });
    expect(await contentOf(notes, 'delete_note', { id: made.id, version: 2 })).toEqual({ deleted: made.id });
    expect(await contentOf(notes, 'list_notes')).toMatchObject({ notes: [] });
  });

  test('turns pages', async () => {
    for (const title of ['One', 'Two', 'Three']) await call(notes, 'create_note', { title });
    const first = await contentOf(notes, 'list_notes', { limit: 2 });
    const second = await contentOf(notes, 'list_notes', { limit: 2, cursor: first.nextCursor });
    expect([first.notes, second.notes].map((page) => (page as unknown[]).length)).toEqual([2, 1]);
    expect(await call(notes, 'list_notes', { cursor: 'elsewhere' })).toMatchObject({ isError: true });
  });

  test("never finds another person's note", async () => {
    const { id } = await contentOf(notes, 'create_note', { title: 'Private' });
    const bob = await new Assistant().connect(app, { username: 'bob' });
    expect((await contentOf(bob, 'list_notes')).notes).toEqual([]);
    expect(await call(bob, 'get_note', { id })).toMatchObject({ isError: true });
    const carol = await machine('example:note:update example:note:delete');
    for (const [name, more] of [
      ['update_note', { title: 'Mine' }],
      ['delete_note', {}],
    ] as const) {
      const answer = await post(toolCall(name, { id, ...more }), carol);
      expect((await answer.json()).result).toMatchObject({
        isError: true,
        content: [{ text: 'You have no note with this id.' }],
      });
    }
    expect(await contentOf(notes, 'get_note', { id })).toMatchObject({ title: 'Private', version: 1 });
  });

  test('that was granted less asks for what is missing, and keeps what it has', async () => {
    const modest = new Assistant({ renews: false });
    const client = await modest.connect(app, { untick: ['example:note:delete', 'example:note:update'] });
    const { id } = await contentOf(client, 'create_note', { title: 'To be deleted' });
    await expect(call(client, 'delete_note', { id })).rejects.toThrow('Unauthorized');
    const scope = modest.requests[1]?.searchParams.get('scope');
    expect(scope?.split(' ')).toEqual(
      expect.arrayContaining(['example:note:read', 'example:note:create', 'example:note:delete']),
    );
    expect(scope).not.toContain('example:note:update');
    await modest.signIn(modest.transport(app));
    const signedInAgain = await modest.reconnect(app);
    expect(await contentOf(signedInAgain, 'delete_note', { id })).toEqual({ deleted: id });
  });
});

test('an assistant signs in at Auth0 as well, where the API is found by its address', async () => {
  const other = await startApp({ personality: 'auth0' });
  try {
    const assistant = new Assistant();
    const client = await assistant.connect(other);
    expect(await contentOf(client, 'create_note', { title: 'Tea' })).toMatchObject({ title: 'Tea' });
    expect(decodeJwt(assistant.tokens()?.access_token ?? '').aud).toContain('https://api.claimcheck.local');
  } finally {
    await other.stop();
  }
});

const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const toolCall = (name: string, args: object = {}) => ({
  ...{ jsonrpc: '2.0', id: 7, method: 'tools/call' },
  params: { name, arguments: args },
});

function post(message: unknown, headers: Record<string, string> = {}, to = app): Promise<Response> {
  return fetch(`${to.baseUrl}/api/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
}

async function machine(scope: string): Promise<Record<string, string>> {
  const { access_token: token = '' } = await machineToken({ issuer: app.embeddedIssuer, scope });
  return bearer(token);
}

describe('the endpoint', () => {
  let reader: Record<string, string>;
  const metadata = () => `resource_metadata="${app.baseUrl}/.well-known/oauth-protected-resource/api/mcp"`;
  beforeAll(async () => {
    reader = await machine('example:note:read');
  });

  test('answers a verified token with JSON that nobody keeps', async () => {
    const answer = await post(listTools, reader);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await answer.json()).result.tools).toHaveLength(5);
  });

  test('without a token challenges, and names its own metadata, whose resource is its address', async () => {
    const answer = await post(listTools);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(`Bearer realm="claimcheck", ${metadata()}`);
    const document = await fetch(`${app.baseUrl}/.well-known/oauth-protected-resource/api/mcp`);
    expect(await document.json()).toMatchObject({
      resource: `${app.baseUrl}/api/mcp`,
      authorization_servers: [app.embeddedIssuer],
      bearer_methods_supported: ['header'],
      resource_documentation: `${app.baseUrl}/docs`,
    });
  });

  test('refuses a forged token', async () => {
    const answer = await post(listTools, bearer(`${reader.authorization?.slice(7, -4)}AAAA`));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token".*api\/mcp"$/);
  });

  test.each(['create_note', 'update_note', 'delete_note'])(
    'refuses %s to a token that may only read, with 403 and the scope to ask for',
    async (name) => {
      const answer = await post(toolCall(name, { id: 'x', title: 'y' }), reader);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([403, 'no-store']);
      const scope = `example:note:${name.split('_')[0]}`;
      const challenge = answer.headers.get('www-authenticate');
      expect(challenge).toContain('error="insufficient_scope"');
      expect(challenge).toContain(`scope="example:note:read ${scope}"`);
      expect(challenge).toContain(metadata());
    },
  );

  test('says of an unknown tool that there is none, and of wrong arguments what is wrong', async () => {
    for (const name of ['drop_notes', 'constructor', '__proto__', '']) {
      const answer = await post(toolCall(name), reader);
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { jsonrpc: '2.0', id: 7, error: { code: -32602, message: 'There is no such tool.' } },
      ]);
    }
    for (const args of [{ limit: 101 }, { limit: '5' }, { owner: 'bob' }]) {
      const { result } = await (await post(toolCall('list_notes', args), reader)).json();
      expect(result.isError).toBe(true);
      expect(result.content[0].text).toContain(Object.keys(args)[0]);
    }
  });

  test.each([
    ['a batch', [listTools, toolCall('delete_note')], -32600],
    ['an empty batch', [], -32600],
    ['no JSON', '{"jsonrpc"', -32700],
    ['no message', { hello: 'there' }, -32700],
    ['nothing', 'null', -32700],
  ])('refuses %s with 400', async (_, message, code) => {
    const answer = await post(message, reader);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
  });

  test('refuses a revision of the protocol that it does not know, and takes those it does', async () => {
    const by = async (version: string) =>
      (await post(listTools, { ...reader, 'mcp-protocol-version': version })).status;
    expect([await by('1999-01-01'), await by('2025-11-25'), await by('2025-06-18')]).toEqual([400, 200, 200]);
  });

  test('refuses pages of other origins, and takes those of its own', async () => {
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${app.port}`]) {
      const answer = await post(listTools, { ...reader, origin });
      expect([answer.status, answer.headers.get('www-authenticate')], origin).toEqual([403, null]);
    }
    expect((await post(listTools, { ...reader, origin: app.baseUrl })).status).toBe(200);
  });

  test('takes a session from its own pages, and from no others', async () => {
    const session = await signedIn(app);
    expect((await post(listTools, { ...session, ...sameOrigin })).status).toBe(200);
    expect((await post(listTools, { ...session, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('reads 64 KiB of JSON and no more', async () => {
    const long = toolCall('create_note', { title: 'x', body: 'y'.repeat(70_000) });
    expect((await post(long, reader)).status).toBe(413);
    expect((await post(listTools, { ...reader, 'content-type': 'text/plain' })).status).toBe(415);
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])('has no %s', async (method) => {
    const answer = await fetch(`${app.baseUrl}/api/mcp`, { method, headers: reader });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test('takes a notification with 202', async () => {
    const answer = await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, reader);
    expect([answer.status, await answer.text()]).toEqual([202, '']);
  });
});

test('MCP=off takes it away, and its metadata', async () => {
  const off = await startApp({ env: { MCP: 'off' } });
  try {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      expect((await fetch(`${off.baseUrl}/api/mcp`, { method })).status).toBe(404);
    }
    const statusOf = async (path: string) =>
      (await fetch(`${off.baseUrl}/.well-known/oauth-protected-resource${path}`)).status;
    expect([await statusOf('/api/mcp'), await statusOf('/api/notes'), await statusOf('')]).toEqual([
      404, 200, 200,
    ]);
  } finally {
    await off.stop();
  }
});
