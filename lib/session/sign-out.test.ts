import { describe, expect, it } from 'vitest';
import { providerSignOutUrl } from './sign-out';

const options = {
  endSessionEndpoint: 'https://id.example/logout',
  clientId: 'notes app & more',
  idToken: 'a.b.c',
  baseUrl: 'https://app.example',
};

describe('signing out at the provider', () => {
  it('names the client, the ID token and the way back', () => {
    const url = new URL(providerSignOutUrl(options));
    expect(url.origin + url.pathname).toBe('https://id.example/logout');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'notes app & more',
      post_logout_redirect_uri: 'https://app.example/',
      id_token_hint: 'a.b.c',
    });
  });

  it('keeps what the endpoint has in its query', () => {
    const url = new URL(
      providerSignOutUrl({ ...options, endSessionEndpoint: 'https://id.example/logout?p=policy' }),
    );
    expect(url.searchParams.get('p')).toBe('policy');
    expect(url.searchParams.get('client_id')).toBe('notes app & more');
  });

  it('without an ID token gives no hint', () => {
    expect(providerSignOutUrl({ ...options, idToken: undefined })).not.toContain('id_token_hint');
  });

  it('leads to the start page where the provider has no such place', () => {
    expect(providerSignOutUrl({ ...options, endSessionEndpoint: undefined })).toBe('https://app.example/');
  });
});
