import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../test/doctor/authorization-server';
import { examineWith, settingsFor } from '../../test/doctor/examine-with';
import { newSigner, newWeakSigner, type Signer } from '../../test/token/tokens';

let rsa: Signer;
let ec: Signer;
let server: AuthorizationServer;
beforeAll(async () => {
  [rsa, ec] = await Promise.all([newSigner('RS256', 'rsa-1'), newSigner('ES256', 'ec-1')]);
});
beforeEach(async () => {
  server = await startAuthorizationServer([rsa.publicJwk]);
  return () => server.close();
});

const env = (changes: Record<string, string> = {}) => ({ ...settingsFor(server), ...changes });

describe('discovery', () => {
  it('passes where it answers and names the issuer to the letter', async () => {
    const { discovery } = await examineWith({ env: env() });
    expect(discovery).toMatchObject({ result: 'pass' });
    expect(discovery?.found).toContain(server.origin);
  });

  it('gives the very line to set where the issuer differs by the slash, and looks at the rest all the same', async () => {
    server.metadata = { issuer: `${server.origin}/` };
    const lines = await examineWith({ env: env() });
    expect(lines.discovery).toMatchObject({ result: 'fail', change: `OIDC_ISSUER=${server.origin}/` });
    expect(lines.discovery?.found).toContain('ends in a slash');
    expect(lines.keys).toMatchObject({ result: 'pass' });
    expect(lines.redirect).toMatchObject({ result: 'pass' });
  });

  it('and where there is a slash too many', async () => {
    const { discovery } = await examineWith({ env: env({ OIDC_ISSUER: `${server.origin}/` }) });
    expect(discovery).toMatchObject({ result: 'fail', change: `OIDC_ISSUER=${server.origin}` });
    expect(discovery?.found).toContain('does not end in a slash');
  });

  it('asks for the tenant’s GUID where Entra’s common names a placeholder', async () => {
    server.metadata = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' };
    const { discovery } = await examineWith({ env: env({ OIDC_PROVIDER: 'entra' }) });
    expect(discovery).toMatchObject({ result: 'fail' });
    expect(discovery?.change).toContain('GUID');
    expect(discovery?.change).toContain('OIDC_ISSUER=https://login.microsoftonline.com/');
  });

  it('gives the line where the provider goes by another name altogether, and skips what depends on it', async () => {
    server.metadata = { issuer: 'https://other.example' };
    const lines = await examineWith({ env: env() });
    expect(lines.discovery).toMatchObject({ result: 'fail', change: 'OIDC_ISSUER=https://other.example' });
    expect(lines.keys).toMatchObject({ result: 'skipped' });
    expect(lines.keys?.found).toContain('discovery');
    expect(lines.cookie).toMatchObject({ result: 'pass' });
  });

  it('refuses an endpoint in the clear on another host, and says why', async () => {
    server.metadata = { token_endpoint: 'http://id.example/token' };
    const { discovery } = await examineWith({ env: env() });
    expect(discovery).toMatchObject({ result: 'fail' });
    expect(discovery?.found).toMatch(/token_endpoint must be an https URL.*in the clear/);
    expect(discovery?.change).toContain('https');
  });

  it('names path, tenant or realm where there is nothing', async () => {
    const { discovery } = await examineWith({ env: env({ OIDC_ISSUER: `${server.origin}/realms/nowhere` }) });
    expect(discovery).toMatchObject({ result: 'fail' });
    expect(discovery?.found).toContain('answered 404');
    expect(discovery?.change).toContain('realm');
  });

  const byHand = () => ({
    OIDC_JWKS_URI: `${server.origin}/jwks`,
    OIDC_AUTHORIZATION_ENDPOINT: `${server.origin}/authorize?p=policy`,
    OIDC_TOKEN_ENDPOINT: `${server.origin}/token`,
  });

  it('is asked where every endpoint is set by hand, too', async () => {
    const { discovery } = await examineWith({ env: env(byHand()) });
    expect(discovery).toMatchObject({ result: 'pass', found: expect.stringContaining('names') });
    expect(server.requests).toContain('GET /.well-known/openid-configuration');
  });

  it('may be missing where every endpoint is set by hand: then it says what is off', async () => {
    const OIDC_ISSUER = `${server.origin}/tenant/v2.0/`;
    const { discovery, keys } = await examineWith({ env: env({ ...byHand(), OIDC_ISSUER }) });
    expect(discovery?.result).toBe('warn');
    for (const off of ['revocation', 'iss', 'UserInfo', 'back-channel', 'authentication methods']) {
      expect(discovery?.found).toContain(off);
    }
    expect(keys).toMatchObject({ result: 'pass' });
  });

  it('says which optional members cannot be read', async () => {
    server.metadata = { scopes_supported: 'openid profile', backchannel_logout_supported: 7 };
    const { discovery } = await examineWith({ env: env() });
    expect(discovery).toMatchObject({
      result: 'warn',
      found: expect.stringContaining('scopes_supported, backchannel_logout_supported'),
    });
  });
});

it('a provider that looks like another kind than it is treated as: OIDC_PROVIDER is named', async () => {
  server.metadata = { end_session_endpoint: 'https://x.auth.eu-central-1.amazoncognito.com/logout' };
  const { provider } = await examineWith({ env: env() });
  expect(provider).toMatchObject({
    result: 'warn',
    change: expect.stringContaining('OIDC_PROVIDER=cognito'),
  });
  const named = await examineWith({ env: env({ OIDC_PROVIDER: 'generic' }) });
  expect(named.provider).toMatchObject({ result: 'pass' });
});

describe('a provider that cannot be reached', () => {
  const failing = (code: string) => async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code } });
  };

  it.each([
    ['ENOTFOUND', 'DNS', 'host name'],
    ['EAI_AGAIN', 'DNS', 'host name'],
    ['ECONNREFUSED', 'refused', 'port'],
    ['UND_ERR_CONNECT_TIMEOUT', 'in time', 'firewall'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS', 'port'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'not valid today', 'Renew'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name', 'host name'],
    ['EWHATEVER', 'EWHATEVER', 'network'],
  ])('with %s is told in a sentence, and what to do', async (code, found, change) => {
    const { discovery } = await examineWith({ env: env(), fetch: failing(code) });
    expect(discovery).toMatchObject({ result: 'fail' });
    expect(discovery?.found).toContain(found);
    expect(discovery?.change).toContain(change);
  });

  it('really: nothing listens', async () => {
    await server.close();
    const { discovery, client } = await examineWith({ env: env() });
    expect(discovery?.found).toContain('ECONNREFUSED');
    expect(client).toMatchObject({ result: 'skipped' });
  });

  it('and hangs holds nobody up for longer than the budget', async () => {
    server.hung.add('/.well-known/openid-configuration');
    const before = performance.now();
    const { discovery } = await examineWith({ env: env(), budget: 100 });
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(discovery).toMatchObject({ result: 'fail', found: expect.stringContaining('in time') });
  });

  it('and hangs at one endpoint spoils that line alone', async () => {
    for (const path of ['/authorize', '/token', '/jwks']) server.hung.add(path);
    const lines = await examineWith({ env: env(), budget: 500 });
    expect(lines.discovery).toMatchObject({ result: 'pass' });
    expect(lines.keys).toMatchObject({ result: 'fail', found: expect.stringContaining('in time') });
    expect(lines.redirect).toMatchObject({ result: 'warn' });
    expect(lines.client).toMatchObject({ result: 'warn' });
    expect(lines.sign_out).toMatchObject({ result: 'pass' });
  });
});

describe('keys', () => {
  it('pass with their number and algorithms', async () => {
    server.keySet = { keys: [rsa.publicJwk, ec.publicJwk] };
    const { keys } = await examineWith({ env: env() });
    expect(keys).toMatchObject({ result: 'pass' });
    expect(keys?.found).toContain('2 usable keys, for RS256, ES256');
  });

  it('that are ignored are named with the reason', async () => {
    const oct = { kty: 'oct', kid: 'shared', k: 'c2VjcmV0LWtleS1tYXRlcmlhbA' };
    server.keySet = { keys: [rsa.publicJwk, newWeakSigner('weak-1').publicJwk, oct] };
    const { keys } = await examineWith({ env: env() });
    expect(keys).toMatchObject({ result: 'warn' });
    expect(keys?.found).toContain('weak-1 (RSA key shorter than 2048 bits), shared (symmetric)');
    expect(JSON.stringify(keys)).not.toContain('c2VjcmV0');
  });

  it.each([
    ['nothing but an empty document', {}, 'no key at all'],
    ['an empty list', { keys: [] }, 'no key at all'],
    ['shared secrets alone', { keys: [{ kty: 'oct', kid: 'x', k: 'AAAA' }] }, 'x (symmetric)'],
    ['something else', ['keys'], 'no key at all'],
  ])('fail where there is %s', async (_name, document, found) => {
    server.keySet = document;
    const { keys } = await examineWith({ env: env() });
    expect(keys).toMatchObject({ result: 'fail', found: expect.stringContaining(found) });
    expect(keys?.change).toContain('Signing Key');
  });

  it('fail where they serve no accepted algorithm, with the line to set', async () => {
    const { keys } = await examineWith({ env: env({ OIDC_ALGORITHMS: 'ES256' }) });
    expect(keys).toMatchObject({ result: 'fail', change: 'OIDC_ALGORITHMS=ES256,RS256' });
  });

  it('fail where they cannot be had', async () => {
    server.metadata = { jwks_uri: `${server.origin}/nowhere` };
    const { keys } = await examineWith({ env: env() });
    expect(keys).toMatchObject({ result: 'fail', found: expect.stringContaining('404') });
    expect(keys?.change).toContain('OIDC_JWKS_URI');
  });
});

describe('clocks', () => {
  const theirs = Date.UTC(2026, 10, 22, 12);
  const at = async (ours: number, changes: Record<string, string> = {}) => {
    server.headers.date = new Date(theirs).toUTCString();
    return (await examineWith({ env: env(changes), now: ours })).clock;
  };

  it.each([0, 900, 1_999, -1_000, 5_000, -5_000])('%d ms apart pass', async (apart) => {
    expect(await at(theirs + apart)).toMatchObject({ result: 'pass' });
  });

  it.each([
    [8_000, 'ahead of'],
    [-8_000, 'behind'],
    [30_999, 'ahead of'],
  ])('%d ms apart are worth a look', async (apart, direction) => {
    const clock = await at(theirs + apart);
    expect(clock).toMatchObject({ result: 'warn', found: expect.stringContaining(direction) });
  });

  it.each([
    [33_000, 'ahead of'],
    [-31_000, 'behind'],
  ])('%d ms apart are more than is tolerated', async (apart, direction) => {
    const clock = await at(theirs + apart);
    expect(clock).toMatchObject({ result: 'fail', found: expect.stringContaining(direction) });
    expect(clock?.change).toContain('set-ntp');
  });

  it('that differ by no more than OIDC_CLOCK_TOLERANCE do no harm', async () => {
    expect(await at(theirs + 100_000, { OIDC_CLOCK_TOLERANCE: '120' })).toMatchObject({ result: 'warn' });
    expect(await at(theirs + 3_000, { OIDC_CLOCK_TOLERANCE: '0' })).toMatchObject({ result: 'fail' });
  });

  it('count from when a cache on the way got the answer', async () => {
    server.headers.age = '600';
    expect(await at(theirs + 600_000)).toMatchObject({ result: 'pass' });
    expect(await at(theirs)).toMatchObject({ result: 'fail' });
  });

  it('are not compared where the answers bear no time', async () => {
    server.headers.date = 'yesterday';
    const { clock } = await examineWith({ env: env() });
    expect(clock).toMatchObject({ result: 'skipped' });
  });
});

describe('PKCE', () => {
  it.each([
    ['generic', ['plain', 'S256'], 'pass'],
    ['cognito', undefined, 'pass'],
    ['entra', undefined, 'pass'],
    ['generic', undefined, 'warn'],
    ['auth0', [], 'warn'],
    ['generic', ['plain'], 'fail'],
    ['cognito', ['plain'], 'fail'],
  ])('of %s with %j: %s', async (preset, methods, result) => {
    server.metadata = { code_challenge_methods_supported: methods };
    const { pkce } = await examineWith({ env: env({ OIDC_PROVIDER: preset }) });
    expect(pkce).toMatchObject({ result });
    if (result !== 'pass') expect(pkce?.change).toBeTruthy();
  });
});

describe('the provider', () => {
  it('is named with its kind', async () => {
    const { provider } = await examineWith({ env: env({ OIDC_PROVIDER: 'auth0' }) });
    expect(provider).toMatchObject({ result: 'pass', found: `${server.origin}, treated as Auth0.` });
  });

  const port = () => new URL(server.origin).port;

  it('inside this app is for development', async () => {
    server.metadata = { issuer: `http://localhost:${port()}` };
    const { provider, discovery } = await examineWith({ env: { IDP_PORT: port() } });
    expect(provider).toMatchObject({ result: 'pass', found: expect.stringContaining('for development') });
    expect(discovery).toMatchObject({ result: 'pass' });
  });

  it('inside this app need not run before the app does', async () => {
    await server.close();
    const lines = await examineWith({ env: { IDP_PORT: port() }, running: false });
    expect(lines.provider).toMatchObject({ result: 'pass', found: expect.stringContaining('is free') });
    expect(lines.discovery).toMatchObject({ result: 'skipped' });
    expect(lines.redirect).toMatchObject({ result: 'skipped' });
    expect(Object.values(lines).filter(({ result }) => result === 'fail')).toEqual([]);
  });

  it('inside this app must run when the app does', async () => {
    await server.close();
    const { provider, discovery } = await examineWith({ env: { IDP_PORT: port() } });
    expect(provider).toMatchObject({ result: 'fail', change: expect.stringContaining('Restart') });
    expect(discovery).toMatchObject({ result: 'fail' });
  });

  it('inside this app cannot start where something else has its port', async () => {
    server.metadata = { issuer: 'https://something.example' };
    const { provider } = await examineWith({ env: { IDP_PORT: port() }, running: false });
    expect(provider).toMatchObject({ result: 'fail', change: expect.stringContaining('IDP_PORT') });
  });
});
