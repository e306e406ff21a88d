import { describe, expect, test } from 'vitest';
import { entra } from './presets/entra';
import { generic } from './presets/generic';
import { refreshParameters, resourcesOf } from './refresh-parameters';

const asked = ['openid', 'profile', 'email', 'offline_access'];
const profile = { preset: entra, requestPrefix: 'api://notes/', authorizeParams: {} };

describe('what a token is for', () => {
  test.each([
    [undefined, []],
    ['', []],
    [[], []],
    ['https://one.example', ['https://one.example']],
    [
      ['https://one.example', '', 'https://two.example'],
      ['https://one.example', 'https://two.example'],
    ],
  ])('is what the authorization request says: %j', (resource, resources) => {
    const authorizeParams: Record<string, string | readonly string[]> =
      resource === undefined ? {} : { resource };
    expect(resourcesOf({ authorizeParams })).toEqual(resources);
    const parameters = refreshParameters(
      { ...profile, preset: generic, authorizeParams },
      { granted: [], asked },
    );
    expect(parameters).toEqual(resources.map((value) => ['resource', value]));
  });
});

describe('a refresh at Entra ID names its scopes (AADSTS90009)', () => {
  const scope = (granted: string[], always = asked) => {
    const [first] = refreshParameters(profile, { granted, asked: always });
    return first?.[0] === 'scope' ? first[1].split(' ').toSorted() : undefined;
  };

  test.each([
    ['as its answers write them', ['api://notes/note:read', 'api://notes/note:create']],
    ['as its tokens write them', ['note:read', 'note:create']],
    ['in both ways at once', ['api://notes/note:read', 'note:read', 'note:create']],
  ])('%s, as they are asked for, with those of OpenID that were asked for', (_name, granted) => {
    expect(scope(granted)).toEqual(['api://notes/note:read', 'api://notes/note:create', ...asked].toSorted());
  });

  test('and no more than were granted: an answer that lists some of OpenID’s is believed', () => {
    expect(scope(['openid', 'profile', 'api://notes/note:read'])).toEqual(
      ['api://notes/note:read', 'offline_access', 'openid', 'profile'].toSorted(),
    );
    expect(scope(['note:read'], ['openid', 'offline_access'])).toEqual(
      ['api://notes/note:read', 'offline_access', 'openid'].toSorted(),
    );
  });

  test('of another API as they are', () => {
    expect(scope(['https://other.example/Mail.Read'])).toContain('https://other.example/Mail.Read');
  });

  test('and nobody else’s does: none means “as before” (RFC 6749 §6)', () => {
    expect(refreshParameters({ ...profile, preset: generic }, { granted: ['note:read'], asked })).toEqual([]);
  });
});
