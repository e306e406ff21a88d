import { beforeAll, describe, expect, it } from 'vitest';
import { inspecting } from '../../test/inspect/inspecting';
import { accessToken, newTokenContext, type TokenContext } from '../../test/token/tokens';
import { inspect, reportOf } from './index';

let context: TokenContext;
beforeAll(async () => {
  context = await newTokenContext();
});

const report = async (claims: Record<string, unknown>) => {
  const token = accessToken(context, claims);
  return { token, text: reportOf(await inspect(token, inspecting(context))) };
};

describe('a report for a ticket', () => {
  it('has the verdict, what mends it, every check and the claims that say nothing of a person', async () => {
    const { text } = await report({ exp: context.now - 7_200, scope: 'example:note:read' });
    expect(text).toMatch(/^## This API would refuse it: it expired 2 hours ago\n/);
    expect(text).toContain('**What to change:** Get a new one');
    expect(text).toMatch(/^\| ✗ \| expiry \|/m);
    expect(text).toMatch(/^\| ✓ \| signature \|/m);
    expect(text).toContain(`    iss: ${JSON.stringify(context.issuer)}`);
    expect(text).toContain('    scope: "example:note:read"');
  });

  it('has neither the token, nor its signature, nor a personal value', async () => {
    const personal = { name: 'Alice Liddell', email: 'alice@example.com', sub: 'user-4711', oid: 'object-9' };
    const { token, text } = await report({
      ...personal,
      address: { street: 'Rabbit Hole 1' },
      act: { sub: 'user-4712' },
    });
    for (const value of [...Object.values(personal), 'Rabbit Hole', 'user-4712', ...token.split('.')]) {
      expect(text).not.toContain(value);
    }
    expect(text).toContain('name: (left out: text of 13 characters)');
    expect(text).toContain('address: (left out: object)');
  });

  it('leaves out what is personal where a check has found it, too', async () => {
    for (const claims of [{ sub: '' }, { sub: ['user-4711'] }, { sub: undefined }]) {
      expect((await report(claims)).text).not.toContain('user-4711');
    }
  });

  it('is no markup, whatever the token says', async () => {
    const hostile = '|<img src=x>`*[link](javascript:x)\n# Title\n\u202e';
    const { text } = await report({ iss: hostile, aud: hostile, [hostile]: hostile });
    const lines = text.split('\n');
    expect(lines.filter((line) => /^#/.test(line))).toHaveLength(1);
    for (const line of lines.filter((line) => !line.startsWith('    '))) {
      expect(line).not.toMatch(/(^|[^\\])[<[`]/);
    }
    expect(text).not.toContain('\u202e');
  });

  it('of text that is no token says just that', async () => {
    const text = reportOf(await inspect('', inspecting(context)));
    expect(text).toMatch(/^## There is nothing to judge yet/);
  });
});
