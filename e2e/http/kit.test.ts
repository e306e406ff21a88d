import { describe, expect, it } from 'vitest';
import { createVerifier } from '../../lib/token';
import { withProvider } from '../kit/provider';

const audience = 'https://api.example';

describe('a verifier beside a provider of the test kit', () => {
  it('accepts what it mints, and refuses what is wrong with it on purpose', async () => {
    await withProvider({}, async ({ issuer, mint }) => {
      const verifier = createVerifier({ issuer, audience });
      const check = async (order: Parameters<typeof mint>[0]) => {
        const verdict = await verifier.verify(await mint(order));
        return verdict.outcome === 'refused' ? verdict.refusal.check : verdict.outcome;
      };
      expect(await check({ person: 'ada', scopes: ['orders:read'] })).toBe('accepted');
      expect(await check({ person: 'ada', expiresIn: -60 })).toBe('expiry');
      expect(await check({ person: 'ada', key: 'other' })).toBe('key');
      expect(await check({ person: 'ada', claims: { aud: 'https://other.example' } })).toBe('audience');
      expect(await check({ person: 'ada', claims: { iss: 'https://other.example' } })).toBe('issuer');
      verifier.close();
    });
  });

  it('goes on over a rotation, and asks for keys once more', async () => {
    await withProvider({}, async ({ issuer, mint, rotate, requests }) => {
      const verifier = createVerifier({ issuer, audience });
      const old = await mint({ person: 'ada' });
      expect((await verifier.verify(old)).outcome).toBe('accepted');
      await rotate();
      expect((await verifier.verify(await mint({ person: 'ada' }))).outcome).toBe('accepted');
      expect((await verifier.verify(old)).outcome).toBe('accepted');
      const asked = (await requests()).filter(({ path }) => path.includes('jwks'));
      expect(asked).toHaveLength(2);
      verifier.close();
    });
  });

  it('says 503 is ours while the provider fails, and recovers with it', async () => {
    await withProvider({}, async ({ issuer, mint, fail }) => {
      const token = await mint({ person: 'ada' });
      await fail({ with: 503, requests: 1, endpoint: 'discovery' });
      const first = createVerifier({ issuer, audience });
      expect((await first.verify(token)).outcome).toBe('unavailable');
      first.close();
      const second = createVerifier({ issuer, audience });
      expect((await second.verify(token)).outcome).toBe('accepted');
      second.close();
    });
  });
});

it.each(['standard', 'cognito', 'auth0', 'entra'] as const)('passes for %s', async (personality) => {
  await withProvider({ personality }, async ({ issuer, mint }) => {
    const metadata = await (
      await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    ).json();
    expect(metadata.issuer).toBe(issuer);
    expect((await mint({ person: 'ada' })).split('.')).toHaveLength(3);
  });
});

it('a wrong config says what is wrong with it', async () => {
  await expect(withProvider({ clients: [] }, async () => undefined)).rejects.toThrow(/^clients: /);
});

it('what is done with it may fail: it ends all the same', async () => {
  let issuer = '';
  const failing = withProvider({}, async (provider) => {
    issuer = provider.issuer;
    throw new Error('the test failed');
  });
  await expect(failing).rejects.toThrow('the test failed');
  await expect(fetch(issuer)).rejects.toThrow();
});
