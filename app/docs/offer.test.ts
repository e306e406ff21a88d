import { describe, expect, it } from 'vitest';
import { offerFor } from './offer';

const have = ['example:note:read'];
const scopeMissing = {
  status: 403,
  challenge: 'Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:create"',
};

describe('after a refusal', () => {
  it('for want of a scope, a sign-in with it is offered, and with those that the session has', () => {
    const offer = offerFor(scopeMissing, { bearer: false, have });
    expect(offer?.says).toContain('example:note:create');
    const query = new URL(String(offer?.href), 'http://app').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      scope: 'example:note:read example:note:create',
      returnTo: '/docs',
    });
  });

  it('of a sign-in that was too long ago or too weak, exactly the one that is asked for is offered', () => {
    const error = 'Bearer realm="claimcheck", error="insufficient_user_authentication"';
    const query = (challenge: string) =>
      new URL(String(offerFor({ status: 401, challenge }, { bearer: false, have })?.href), 'http://app')
        .search;
    expect(query(`${error}, max_age="300"`)).toBe(
      '?scope=example%3Anote%3Aread&max_age=300&returnTo=%2Fdocs',
    );
    expect(query(`${error}, acr_values="a b"`)).toContain('acr_values=a+b');
  });

  it('of nobody, a sign-in is offered', () => {
    expect(
      offerFor({ status: 401, challenge: 'Bearer realm="claimcheck"' }, { bearer: false, have: [] })?.href,
    ).toBe('/login?returnTo=%2Fdocs');
  });

  it('of a pasted token, no sign-in is offered: it would not change that token', () => {
    for (const answer of [scopeMissing, { status: 401, challenge: undefined }]) {
      const offer = offerFor(answer, { bearer: true, have });
      expect(offer?.says).toContain('you pasted');
      expect(offer?.href).toBeUndefined();
    }
  });

  it.each([200, 201, 204, 400, 404, 412, 422, 503])('with %s nothing is offered', (status) => {
    expect(offerFor({ status, challenge: undefined }, { bearer: false, have })).toBeUndefined();
  });

  it('from another site, no scope is offered', () => {
    expect(offerFor({ status: 403, challenge: undefined }, { bearer: false, have })).toBeUndefined();
  });
});
