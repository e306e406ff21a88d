import { describe, expect, it } from 'vitest';
import { insufficientScope } from './protect';
import { protectedPathOf } from './resources';

const shop = 'https://shop.example/account';

describe('what a request is for', () => {
  it.each([
    ['https://notes.example/api/mcp', 'https://notes.example', '/api/mcp'],
    ['https://notes.example/api/notes?limit=2', 'https://notes.example', '/api/notes'],
    ['https://notes.example/api/notes/7', 'https://notes.example', '/api/notes'],
    [`${shop}/api/my-token`, shop, '/api/my-token'],
    // Next takes the base path off in some places.
    ['https://shop.example/api/my-token', shop, '/api/my-token'],
  ])('%s at %s is %s', (url, base, path) => {
    expect(protectedPathOf(url, base)).toBe(path);
  });

  it.each(['/api/notesbook', '/api/health', '/notes', '/', '/account/api/notes'])('%s is none', (path) => {
    expect(protectedPathOf(`https://notes.example${path}`, 'https://notes.example')).toBeUndefined();
  });
});

it('a token that lacks a scope is told to keep those it has', () => {
  const guard = { baseUrl: shop, tokenPrefix: 'a:', requestPrefix: 'b:', resource: '/api/mcp' };
  const token = { scopes: ['a:note:read'] };
  const challenge = insufficientScope('note:delete', token, guard, ['note:read'])?.headers.get(
    'www-authenticate',
  );
  expect(challenge).toContain('scope="b:note:read b:note:delete"');
  expect(challenge).toContain(`resource_metadata="${shop}/.well-known/oauth-protected-resource/api/mcp"`);
  expect(insufficientScope('note:read', token, guard, ['note:read'])).toBeUndefined();
});
