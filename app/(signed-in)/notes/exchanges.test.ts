import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlOf, stationOf } from './exchanges';

/** The words that a shell makes of a command. */
const words = (command: string) =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${command}`], {
    env: { ...process.env, TOKEN: 'the-token' },
    encoding: 'utf8',
  })
    .trimEnd()
    .split('\n');

const patch = {
  method: 'PATCH',
  path: '/api/notes/1',
  headers: { 'if-match': '"3"' },
  body: '{"title":"It\'s $HOME `id` \\\\ \\"quoted\\""}',
};

describe('a request as curl', () => {
  it('reaches the shell’s program as it was sent, whatever is in it, with a token in place of the session', () => {
    expect(words(curlOf(patch, 'http://localhost:3000'))).toEqual([
      '-i',
      '-X',
      'PATCH',
      'http://localhost:3000/api/notes/1',
      '-H',
      'Authorization: Bearer the-token',
      '-H',
      'if-match: "3"',
      '-d',
      patch.body,
    ]);
  });

  it('of a server action is the request of the API that does the same', () => {
    const action = { method: 'POST', path: '/notes', headers: {}, action: 'createNote', instead: patch };
    expect(curlOf(action, 'http://a')).toBe(curlOf(patch, 'http://a'));
  });
});

describe('the place where a request was refused', () => {
  it('is told by the problem’s code', () => {
    expect(['unauthenticated', 'cross_site', 'invalid_token', 'insufficient_scope'].map(stationOf)).toEqual([
      'session',
      'middleware',
      'verify',
      'scope',
    ]);
  });

  it.each([undefined, 'made_up', 7, '__proto__'])('of %s is where notes are answered', (code) => {
    expect(stationOf(code)).toBe('notes');
  });
});
