import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../config/read';
import { metadataByHand } from './discovery';
import { profileOf } from './profile';

/** The variables that a guide tells people to paste. */
function environmentOf(guide: string): Record<string, string> {
  const page = readFileSync(new URL(`../../docs/providers/${guide}.md`, import.meta.url), 'utf8');
  return variablesIn(/## Environment\n[\s\S]*/.exec(page)?.[0] ?? '');
}

/** The first block of a section that is for pasting. */
function variablesIn(section: string): Record<string, string> {
  const block = /```bash\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
  const lines = block.split('\n').map((line) => /^([A-Z_]+)=(.*?)(\s+#.*)?$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1], match[2]?.trim()]] : [])));
}

/** Sections of the page on other providers that have settings of their own. */
function sectionsOfOther(): Map<string, Record<string, string>> {
  const page = readFileSync(new URL('../../docs/providers/other.md', import.meta.url), 'utf8');
  const sections = page.split(/^## /m).slice(1);
  const named = sections.map((section) => [section.split('\n')[0] ?? '', variablesIn(section)] as const);
  return new Map(named.filter(([, variables]) => variables.OIDC_ISSUER !== undefined));
}

/** What is expected of each; a section with settings and without an entry here fails. */
const expectedOfOther: Readonly<Record<string, object>> = {
  Environment: { kind: 'generic', tokenPrefix: 'example:', audiences: ['the-identifier-of-your-API'] },
  Okta: { kind: 'okta', tokenPrefix: 'example:', audiences: ['api://default'] },
  'AD FS': { kind: 'generic', tokenPrefix: '' },
  Authentik: { tokenPrefix: 'example:' },
  'Azure AD B2C': {
    kind: 'entra',
    requestPrefix: 'https://contoso.onmicrosoft.com/notes-api/',
    tokenPrefix: '',
    audiences: expect.arrayContaining(['client-id-of-the-API']),
    scopes: ['openid', 'profile', 'offline_access'],
  },
};

describe.each([...sectionsOfOther()])('docs/providers/other.md, %s', (name, variables) => {
  const { provider } = readConfig(
    { ...variables, SESSION_SECRET: 's'.repeat(48) },
    { directory: '/srv/app', generatedSecret: () => '' },
  );

  test('has an environment that the app starts with once a secret is made', () => {
    expect(expectedOfOther).toHaveProperty([name]);
    expect(profileOf(provider)).toMatchObject(expectedOfOther[name] ?? {});
    expect(variables.SESSION_SECRET).toBe('');
  });
});

test('docs/providers/other.md has settings for Azure AD B2C that need no discovery, and none for Google', () => {
  const sections = sectionsOfOther();
  expect(sections.has('Google')).toBe(false);
  const b2c = { ...sections.get('Azure AD B2C'), SESSION_SECRET: 's'.repeat(48) };
  const { provider } = readConfig(b2c, { directory: '/srv/app', generatedSecret: () => '' });
  expect(metadataByHand(provider)).toMatchObject({
    issuer: 'https://contoso.b2clogin.com/11112222-bbbb-3333-cccc-4444dddd5555/v2.0/',
    token_endpoint: expect.stringContaining('?p=b2c_1_signin'),
  });
});

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
