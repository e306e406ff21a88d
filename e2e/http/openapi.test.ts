import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import createClient from 'openapi-fetch';
import type { OpenAPIV3_1 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken } from '../../test/token/tokens';
import type { paths } from '../support/api-schema';
import { type AppWithOwnProvider, bearer, startWithOwnProvider } from '../support/own-provider';

const everything = ['read', 'create', 'update', 'delete'].map((verb) => `example:note:${verb}`).join(' ');

let own: AppWithOwnProvider;
let document: OpenAPIV3_1.Document;
const ajv = new Ajv2020({ strict: false });
addFormats(ajv);

beforeAll(async () => {
  own = await startWithOwnProvider();
  const answer = await fetch(`${own.app.baseUrl}/api/openapi.json`);
  document = (await answer.json()) as OpenAPIV3_1.Document;
  ajv.addSchema({ $id: 'document', ...document });
});
afterAll(() => own.stop());

const full = () => bearer(accessToken(own.context, { scope: everything }));
const json = (body: unknown) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

/** Calls an operation as it is described, and finds what the document does not say of the answer. */
async function call(
  template: string,
  method: string,
  init: RequestInit = {},
  values: Record<string, string> = {},
) {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  const response = await fetch(own.app.baseUrl + path, { method, ...init });
  const text = await response.text();
  const operation = document.paths?.[template]?.[method.toLowerCase() as 'get'];
  const responses = (operation?.responses ?? {}) as Record<string, OpenAPIV3_1.ResponseObject>;
  const described = responses[response.status];
  return {
    response,
    status: response.status,
    faults: described ? faultsOf(described, response, text) : ['undescribed'],
  };
}

function faultsOf(described: OpenAPIV3_1.ResponseObject, { headers }: Response, text: string): string[] {
  const required = Object.entries(described.headers ?? {}).filter(
    ([, header]) => 'required' in header && header.required,
  );
  const missing = required.map(([name]) => name).filter((name) => !headers.has(name));
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const schema = described.content?.[type]?.schema;
  if (!described.content) return [...missing, ...(text === '' ? [] : ['a body'])];
  if (!schema) return [...missing, `the type ${type}`];
  const validate = ajv.compile(inDocument(schema));
  return [...missing, ...(validate(JSON.parse(text)) ? [] : [ajv.errorsText(validate.errors)])];
}

/** The same schema, with references that are found from outside the document. */
const inDocument = (schema: object) =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')) as object;

const note = { title: 'Described', body: 'x' };
const nobody = {};
const only = (scope: string) => bearer(accessToken(own.context, { scope }));
const unreadable = { authorization: 'Bearer a b' };
const forged = { authorization: 'Bearer a.b.c' };

async function haveNote(): Promise<{ id: string }> {
  const created = await fetch(`${own.app.baseUrl}/api/notes`, {
    method: 'POST',
    body: JSON.stringify(note),
    headers: { ...full(), 'content-type': 'application/json' },
  });
  return (await created.json()) as { id: string };
}

const protectedOperations = [
  ['/api/notes', 'GET'],
  ['/api/notes', 'POST'],
  ['/api/notes/{id}', 'GET'],
  ['/api/notes/{id}', 'PATCH'],
  ['/api/notes/{id}', 'DELETE'],
  ['/api/my-token', 'GET'],
  ['/api/my-scopes', 'GET'],
] as const;

describe('an answer is as the document says', () => {
  test.each([
    '/api/health',
    '/api/health/ready',
    '/.well-known/oauth-protected-resource',
    '/api/openapi.json',
  ])('of %s, to anyone', async (path) => {
    expect(await call(path, 'GET')).toMatchObject({ status: 200, faults: [] });
  });

  test('to somebody who has the document already', async () => {
    const { response } = await call('/api/openapi.json', 'GET');
    const headers = { 'if-none-match': String(response.headers.get('etag')) };
    expect(await call('/api/openapi.json', 'GET', { headers })).toMatchObject({ status: 304, faults: [] });
  });

  test.each(protectedOperations)('of %s %s, to somebody who may', async (path, method) => {
    const { id } = await haveNote();
    const body = method === 'POST' || method === 'PATCH' ? json(note) : { headers: {} };
    const answer = await call(path, method, { ...body, headers: { ...body.headers, ...full() } }, { id });
    expect(answer.faults).toEqual([]);
    expect(answer.status).toBe({ POST: 201, DELETE: 204, GET: 200, PATCH: 200 }[method]);
  });

  test.each(protectedOperations)('of %s %s, to somebody who may not', async (path, method) => {
    const { id } = await haveNote();
    const refusals = [
      [401, nobody],
      [400, unreadable],
      [401, forged],
      ...(path.startsWith('/api/notes') ? [[403, only('openid')] as const] : []),
    ] as const;
    for (const [status, headers] of refusals) {
      expect(await call(path, method, { headers }, { id })).toMatchObject({ status, faults: [] });
    }
  });

  test('to what cannot be read', async () => {
    const { id } = await haveNote();
    const type = { 'content-type': 'application/json' };
    for (const [path, method] of [
      ['/api/notes', 'POST'],
      ['/api/notes/{id}', 'PATCH'],
    ] as const) {
      const answers = [
        [400, { body: '{', headers: type }],
        [415, { body: 'a', headers: { 'content-type': 'text/plain' } }],
        [413, { body: JSON.stringify({ title: 'a', body: 'x'.repeat(70_000) }), headers: type }],
        [422, { body: JSON.stringify({ title: '' }), headers: type }],
      ] as const;
      for (const [status, { body, headers }] of answers) {
        const answer = await call(path, method, { body, headers: { ...headers, ...full() } }, { id });
        expect(answer).toMatchObject({ status, faults: [] });
      }
    }
  });

  test('to what is not there, or not as it was', async () => {
    const { id } = await haveNote();
    const change = { ...json({ title: 'New' }) };
    for (const method of ['PATCH', 'DELETE'] as const) {
      const init = {
        ...(method === 'PATCH' ? change : {}),
        headers: { ...change.headers, ...full(), 'if-match': '"9"' },
      };
      expect(await call('/api/notes/{id}', method, init, { id })).toMatchObject({ status: 412, faults: [] });
      expect(await call('/api/notes/{id}', method, init, { id: 'none' })).toMatchObject({
        status: 404,
        faults: [],
      });
    }
    expect(await call('/api/notes/{id}', 'GET', { headers: full() }, { id: 'none' })).toMatchObject({
      status: 404,
      faults: [],
    });
    const cursor = await fetch(`${own.app.baseUrl}/api/notes?cursor=none`, { headers: full() });
    expect(cursor.status).toBe(422);
  });

  test('and one that is not is found out', async () => {
    const [described] = [
      document.paths?.['/api/notes']?.get?.responses?.['200'] as OpenAPIV3_1.ResponseObject,
    ];
    const wrong = new Response('{"notes":[{"id":1}]}', { headers: { 'content-type': 'application/json' } });
    expect(faultsOf(described, wrong, '{"notes":[{"id":1}]}')).not.toEqual([]);
  });
});

describe('the document', () => {
  test('names every method that its paths have, and no other', async () => {
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      const answer = await fetch(own.app.baseUrl + path.replace('{id}', 'x'), { method: 'OPTIONS' });
      const allowed = String(answer.headers.get('allow')).split(', ');
      const described = Object.keys(item ?? {}).map((method) => method.toUpperCase());
      expect(allowed.filter((method) => method !== 'HEAD' && method !== 'OPTIONS').sort()).toEqual(
        described.sort(),
      );
    }
  });

  test('has the provider’s own endpoints, and every answer of the API leads to it', async () => {
    const scheme = document.components?.securitySchemes?.oauth2 as OpenAPIV3_1.OAuth2SecurityScheme;
    expect(scheme.flows.authorizationCode?.authorizationUrl).toContain(new URL(own.context.issuer).origin);
    const links = (await fetch(`${own.app.baseUrl}/api/notes`)).headers.get('link');
    expect(links).toContain('</api/openapi.json>; rel="service-desc"');
    expect(links).toContain('</docs>; rel="service-doc"');
  });
});

test('a client that was generated from the document works with the API', async () => {
  const client = createClient<paths>({ baseUrl: own.app.baseUrl, headers: full() });
  const created = await client.POST('/api/notes', { body: { title: 'By a generated client' } });
  expect(created.data?.title).toBe('By a generated client');
  const id = String(created.data?.id);
  const read = await client.GET('/api/notes/{id}', { params: { path: { id } } });
  expect(read.data).toEqual(created.data);
  // @ts-expect-error a title is a string
  const refused = await client.POST('/api/notes', { body: { title: 1 } });
  expect(refused.error?.code).toBe('invalid_fields');
});
