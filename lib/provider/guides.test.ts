import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../config/read';
import { profileOf } from './profile';

/** The variables that a guide tells people to paste. */
function environmentOf(guide: string): Record<string, string> {
  const page = readFileSync(new URL(`../../docs/providers/${guide}.md`, import.meta.url), 'utf8');
  const block = /## Environment\n\n```bash\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const lines = block.split('\n').map((line) => /^([A-Z_]+)=(.*?)(\s+#.*)?$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1], match[2]?.trim()]] : [])));
}

describe.each([
  ['cognito', { kind: 'cognito', tokenPrefix: 'example/' }],
  ['auth0', { kind: 'auth0', tokenPrefix: '', authorizeParams: { audience: 'https://notes.example/api' } }],
  ['entra', { kind: 'entra', requestPrefix: 'api://client-id-of-Claimcheck-API/', tokenPrefix: '' }],
  ['keycloak', { kind: 'generic', tokenPrefix: 'example:', audiences: ['claimcheck-api'] }],
  ['other', { kind: 'generic', tokenPrefix: 'example:' }],
])('docs/providers/%s.md', (guide, profile) => {
  test('has an environment that the app starts with once a secret is made', () => {
    const env = { ...environmentOf(guide), SESSION_SECRET: 's'.repeat(48) };
    const { provider } = readConfig(env, { directory: '/srv/app', generatedSecret: () => '' });
    expect(profileOf(provider)).toMatchObject(profile);
  });

  test('leaves the secret to be made', () => {
    expect(environmentOf(guide).SESSION_SECRET).toBe('');
  });
});

test.each(['cognito', 'auth0', 'entra', 'keycloak'])(
  'docs/providers/%s.md registers a confidential client',
  (guide) => {
    expect(environmentOf(guide).OIDC_CLIENT_SECRET).toMatch(/^secret-of-|^value-of-the-secret$/);
  },
);
