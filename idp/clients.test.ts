import { describe, expect, it } from 'vitest';
import { backchannelLogoutUri, postLogoutRedirectUri, redirectUri } from './clients';

describe('what is registered for the app', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['http://localhost:3000/account', 'http://localhost:3000/account'],
    ['http://localhost:3000/account/', 'http://localhost:3000/account'],
  ])('is below %s', (appBaseUrl, base) => {
    expect(redirectUri(appBaseUrl)).toBe(`${base}/auth/callback`);
    expect(postLogoutRedirectUri(appBaseUrl)).toBe(`${base}/`);
    expect(backchannelLogoutUri(appBaseUrl)).toBe(`${base}/auth/backchannel-logout`);
  });
});
