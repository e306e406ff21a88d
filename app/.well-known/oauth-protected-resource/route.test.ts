import { afterEach, expect, it } from 'vitest';
import { readConfig } from '@/lib/config/read';
import { forgetPerProcess, perProcess } from '@/lib/server/per-process';
import { GET } from './route';

afterEach(() => {
  forgetPerProcess('config');
  forgetPerProcess('provider-profile');
});

it.each(['http://localhost:3000', 'http://localhost:3000/account'])(
  'the resource is the whole address of the app: %s',
  async (base) => {
    const surroundings = { directory: '/srv/app', generatedSecret: () => 's'.repeat(32) };
    perProcess('config', () => readConfig({ APP_BASE_URL: base }, surroundings));
    const request = new Request(`${base}/.well-known/oauth-protected-resource`);
    const answer = await GET(request, { params: Promise.resolve({}) });
    expect(await answer.json()).toMatchObject({
      resource: base,
      authorization_servers: ['http://localhost:4000'],
    });
  },
);
