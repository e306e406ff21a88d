import { describe, expect, it } from 'vitest';
import { bearerChallenge } from './challenge';

const metadata = 'resource_metadata="https://app.example/.well-known/oauth-protected-resource"';

describe('a Bearer challenge', () => {
  it('without credentials names realm and metadata, and no error', () => {
    expect(bearerChallenge('https://app.example')).toBe(`Bearer realm="claimcheck", ${metadata}`);
  });

  it('below a base path names the metadata there', () => {
    expect(bearerChallenge('https://shop.example/account')).toContain(
      'resource_metadata="https://shop.example/account/.well-known/oauth-protected-resource"',
    );
  });

  it('with an error describes it', () => {
    expect(
      bearerChallenge('https://app.example', { error: 'invalid_token', description: 'expiry: it ended' }),
    ).toBe(
      `Bearer realm="claimcheck", error="invalid_token", error_description="expiry: it ended", ${metadata}`,
    );
  });

  it('with a missing scope names it', () => {
    const details = { error: 'insufficient_scope', scope: 'example:note:create' } as const;
    expect(bearerChallenge('https://app.example', details)).toBe(
      `Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:create", ${metadata}`,
    );
  });

  it('carries nothing from a token out of its quotes, nor beyond ASCII, nor onto another line', () => {
    const description = 'aud is "x\\", error="none\r\nSet-Cookie: a=b\u0000 größe 😀';
    const challenge = bearerChallenge('https://app.example', { error: 'invalid_token', description });
    expect(challenge).toContain(
      `error_description="aud is 'x'', error='none''Set-Cookie: a=b' gr''e ''", ${metadata}`,
    );
    expect(new Headers({ 'www-authenticate': challenge }).get('www-authenticate')).toBe(challenge);
  });
});
