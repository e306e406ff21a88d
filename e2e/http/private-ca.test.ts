import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { privateCertificate } from '../../test/certificate';
import { accessToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { startApp } from '../support/app';
import { bearer } from '../support/own-provider';

let provider: Server;
let context: TokenContext;
let folder: string;
/** File of the authority that signed the provider's certificate. */
let authority: string;

beforeAll(async () => {
  const certificate = privateCertificate();
  folder = mkdtempSync(path.join(tmpdir(), 'claimcheck-ca-'));
  authority = path.join(folder, 'authority.pem');
  writeFileSync(authority, certificate.cert);
  provider = createServer(certificate, (request, response) => {
    const { issuer, published } = context;
    const endpoints = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` };
    const discovery = { issuer, jwks_uri: `${issuer}/keys`, ...endpoints };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/keys' ? { keys: published } : discovery));
  });
  await new Promise<void>((resolve) => provider.listen(0, 'localhost', resolve));
  const issuer = `https://localhost:${(provider.address() as AddressInfo).port}`;
  context = await newTokenContext({ issuer, now: Math.floor(Date.now() / 1_000) });
});

afterAll(() => {
  provider.close();
  provider.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const startWith = (more: Record<string, string>) =>
  startApp({
    env: {
      OIDC_ISSUER: context.issuer,
      OIDC_CLIENT_ID: context.clientId,
      OIDC_AUDIENCE: context.audience,
      SESSION_SECRET: 's'.repeat(40),
      ...more,
    },
  });

test('a provider behind a private authority is believed once NODE_EXTRA_CA_CERTS names that', async () => {
  const app = await startWith({ NODE_EXTRA_CA_CERTS: authority });
  const answer = await fetch(`${app.baseUrl}/api/my-token`, { headers: bearer(accessToken(context)) });
  expect(answer.status).toBe(200);
  await app.stop();
});

test('without it the trouble is ours, 503, and the sign-in page names the variable', async () => {
  const app = await startWith({});
  const answer = await fetch(`${app.baseUrl}/api/my-token`, { headers: bearer(accessToken(context)) });
  expect(answer.status).toBe(503);
  expect(await (await fetch(`${app.baseUrl}/login`)).text()).toContain('NODE_EXTRA_CA_CERTS');
  await app.stop();
});
