import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { forgetPerProcess, perProcess } from '@/lib/server/per-process';
import { GET as getPath } from './api/[name]/route';
import { GET } from './route';

function configure(env: Record<string, string>): void {
  const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
  perProcess('config', () => readConfig(env, surroundings));
}

afterEach(() => {
  forgetPerProcess('config');
  forgetPerProcess('provider-profile');
});

const request = new Request('http://localhost:3000/.well-known/oauth-protected-resource');
const metadataOf = async (name: string) => getPath(request, { params: Promise.resolve({ name }) });

describe.each(['http://localhost:3000', 'http://localhost:3000/account'])('at %s', (base) => {
  it('the resource is the whole address of the app', async () => {
    configure({ APP_BASE_URL: base });
    const answer = await GET(request, { params: Promise.resolve({}) });
    expect(await answer.json()).toEqual({
      resource: base,
      authorization_servers: ['http://localhost:4000'],
      scopes_supported: [
        'example:note:read',
        'example:note:create',
        'example:note:update',
        'example:note:delete',
      ],
      bearer_methods_supported: ['header'],
      resource_name: 'Claimcheck notes',
      resource_documentation: `${base}/docs`,
    });
  });

  it.each(['mcp', 'notes', 'my-token', 'my-scopes'])('the resource of /api/%s is its own', async (name) => {
    configure({ APP_BASE_URL: base });
    expect(await (await metadataOf(name)).json()).toMatchObject({ resource: `${base}/api/${name}` });
  });
});

it.each(['health', 'openapi.json', 'note', '', '..', 'notes/'])(
  'nothing is said of "/api/%s"',
  async (name) => {
    configure({});
    expect((await metadataOf(name)).status).toBe(404);
  },
);

it('nothing is said of /api/mcp where MCP=off', async () => {
  configure({ MCP: 'off' });
  expect((await metadataOf('mcp')).status).toBe(404);
  expect((await metadataOf('notes')).status).toBe(200);
});
