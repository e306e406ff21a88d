import { validate } from '@apidevtools/swagger-parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { OpenAPIV3_1 } from 'openapi-types';
import { describe, expect, it } from 'vitest';
import { filesUnder } from '../../scripts/routes.mjs';
import { allActions, scopeFor } from '../access/actions';
import { actionsOf, type DocumentOptions, openApiDocument } from './document';
import { type OperationDeclaration, operations } from './operations';

const options: DocumentOptions = {
  baseUrl: 'https://app.example',
  requestPrefix: 'example:',
  cookieName: '__Host-session',
  provider: { authorization: 'https://idp.example/authorize', token: 'https://idp.example/token' },
};

const documentOf = (overrides: Partial<DocumentOptions> = {}) =>
  JSON.parse(JSON.stringify(openApiDocument({ ...options, ...overrides }))) as OpenAPIV3_1.Document;

const variants = [
  ['as usual', {}],
  ['of a provider that is not known just now', { provider: undefined }],
  ['below a base path', { baseUrl: 'https://app.example/account' }],
  ['with scopes that are addresses', { requestPrefix: 'https://api.example/' }],
] as const;

describe('the document', () => {
  it.each(variants)('%s is valid to an independent validator', async (_, overrides) => {
    await expect(validate(documentOf(overrides))).resolves.toBeDefined();
  });

  it.each(variants)('%s has nothing that a linter finds fault with', async (_, overrides) => {
    const config = await createConfig({ extends: ['recommended'], telemetry: 'off' });
    const source = JSON.stringify(documentOf(overrides));
    const found = await lintFromString({ source, absoluteRef: '/openapi.json', config });
    expect(
      found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    ).toEqual([]);
  });

  it('is found faulty by both where it is', async () => {
    const broken = documentOf();
    Object.assign(broken.paths?.['/api/notes']?.get ?? {}, { parameters: [{ name: 'limit' }] });
    await expect(validate(structuredClone(broken))).rejects.toThrow();
    const config = await createConfig({ extends: ['recommended'], telemetry: 'off' });
    const source = JSON.stringify(broken);
    expect(await lintFromString({ source, absoluteRef: '/openapi.json', config })).not.toEqual([]);
  });

  it('has no extensions of a vendor, which not every generator would understand', () => {
    expect(JSON.stringify(documentOf())).not.toMatch(/"x-/);
  });
});

describe('a route', () => {
  it('of the API is described, unless it speaks a protocol of its own', () => {
    const routes = filesUnder('app/api', 'route').map((path) => `/api${path}`);
    const described = Object.values(operations).map(({ path }) => path.replace(/\{\w+\}/g, '*'));
    const own = ['/api/mcp', '/api/*'];
    expect(routes.filter((path) => !described.includes(path) && !own.includes(path))).toEqual([]);
    expect(described.filter((path) => path.startsWith('/api') && !routes.includes(path))).toEqual([]);
  });
});

describe('an operation', () => {
  const declared = Object.entries<OperationDeclaration>(operations);

  it.each(declared)('%s asks for the scopes of its own row, and of no other', (_, operation) => {
    const described = documentOf().paths?.[operation.path]?.[operation.method.toLowerCase() as 'get'];
    const scopes = actionsOf(operation).map((action) => scopeFor(action, 'example:'));
    expect(described?.security).toEqual(
      operation.requires ? [{ oauth2: scopes }, { bearer: [] }, { session: [] }] : [],
    );
    for (const scope of scopes) expect(described?.description).toContain(scope);
  });

  it('is there for every action', () => {
    expect(new Set(declared.flatMap(([, operation]) => actionsOf(operation)))).toEqual(new Set(allActions));
  });

  it('says of each refusal what it looks like, by its code', () => {
    const response = documentOf().paths?.['/api/notes']?.post?.responses?.[
      '401'
    ] as OpenAPIV3_1.ResponseObject;
    expect(Object.keys(response.content?.['application/problem+json']?.examples ?? {})).toEqual([
      'unauthenticated',
      'invalid_token',
      'insufficient_user_authentication',
    ]);
    expect(response.headers).toMatchObject({ 'WWW-Authenticate': { required: true } });
  });
});

describe('the sign-in', () => {
  it('is the provider’s own, with every scope', () => {
    expect(documentOf().components?.securitySchemes?.oauth2).toMatchObject({
      flows: {
        authorizationCode: {
          authorizationUrl: 'https://idp.example/authorize',
          scopes: { 'example:note:read': 'See the notes you have written' },
        },
      },
    });
  });

  it('is left out while the provider is not known', () => {
    const document = documentOf({ provider: undefined });
    expect(Object.keys(document.components?.securitySchemes ?? {})).toEqual(['bearer', 'session']);
    expect(document.paths?.['/api/notes']?.get?.security).toEqual([{ bearer: [] }, { session: [] }]);
  });
});
