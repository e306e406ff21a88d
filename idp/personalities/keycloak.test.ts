import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVerifier } from '../../lib/token';
import { machineToken, refresh } from '../../test/idp/client';
import { TestPersonality } from '../../test/idp/personality';
import { appClientId } from '../clients';

const audience = 'https://api.claimcheck.local';
let tested: TestPersonality;
beforeAll(async () => {
  tested = await TestPersonality.start('keycloak');
});
afterAll(() => tested.idp.remove());

const verdict = async (token = '') => {
  const verifier = createVerifier({ issuer: tested.idp.issuer, audience, clientId: appClientId });
  const judged = await verifier.verify(token);
  verifier.close();
  return judged.outcome === 'refused' ? judged.refusal.check : judged.outcome;
};

test('a realm has its addresses below its own', () => {
  const { issuer } = tested.idp;
  expect(issuer).toMatch(/\/realms\/claimcheck$/);
  expect(tested.endpoints).toMatchObject({
    authorization_endpoint: `${issuer}/protocol/openid-connect/auth`,
    token_endpoint: `${issuer}/protocol/openid-connect/token`,
    jwks_uri: `${issuer}/protocol/openid-connect/certs`,
    end_session_endpoint: `${issuer}/protocol/openid-connect/logout`,
  });
  expect(tested.endpoints).not.toHaveProperty('registration_endpoint');
});

describe('tokens', () => {
  test('of a sign-in say what kind they are, and our verifier takes the right one', async () => {
    const { access_token, id_token } = await tested.tokens();
    const { payload } = await tested.verify(access_token);
    expect(payload).toMatchObject({
      ...{ typ: 'Bearer', azp: 'claimcheck', aud: [audience, 'account'], acr: '1' },
      realm_access: { roles: expect.arrayContaining(['offline_access']) },
      scope: expect.stringContaining('example:note:read'),
      preferred_username: 'alice',
    });
    expect((await tested.verify(id_token)).payload).toMatchObject({ typ: 'ID', azp: 'claimcheck' });
    expect(await verdict(access_token)).toBe('accepted');
    expect(await verdict(id_token)).not.toBe('accepted');
  });

  test('of a program name a service account', async () => {
    const request = { issuer: tested.idp.issuer, scope: 'example:note:read' };
    const { payload } = await tested.verify((await machineToken(request)).access_token);
    expect(payload).toMatchObject({
      preferred_username: 'service-account-claimcheck-machine',
      azp: 'claimcheck-machine',
    });
    expect(payload.sub).not.toBe('claimcheck-machine');
  });

  test('are renewed by the same refresh token, again and again', async () => {
    const { refresh_token: refreshToken } = await tested.tokens();
    for (let round = 0; round < 2; round++) {
      expect((await refresh({ issuer: tested.idp.issuer, refreshToken })).status).toBe(200);
    }
  });
});

test('a resource that somebody names is overlooked', async () => {
  const tokens = await tested.tokens({ parameters: { resource: 'https://nobody.example' } });
  expect((await tested.verify(tokens.access_token)).payload.aud).toEqual([audience, 'account']);
});

test('userinfo tells of the person by the API’s token, and of nobody by another', async () => {
  const { access_token } = await tested.tokens();
  expect(await tested.userinfo(access_token)).toMatchObject({ status: 200, body: { name: 'Alice Liddell' } });
  expect((await tested.userinfo('another')).status).toBe(401);
});
