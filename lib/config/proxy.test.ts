import { describe, expect, it } from 'vitest';
import { Fields } from './fields';
import { readProxy } from './proxy';

const read = (env: Record<string, string>) => {
  const fields = new Fields(env);
  return { proxy: readProxy(fields), problems: fields.problems };
};

describe('the proxy', () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: '', NO_PROXY: 'a' }, undefined],
    [{ HTTPS_PROXY: 'http://p.example:3128' }, 'http://p.example:3128'],
    [{ https_proxy: 'http://small:1', HTTPS_PROXY: 'http://big:2' }, 'http://small:1'],
    [{ HTTP_PROXY: 'http://plain:1' }, 'http://plain:1'],
    [{ http_proxy: 'http://plain:1', HTTPS_PROXY: 'https://tls:2/' }, 'https://tls:2'],
    [{ HTTPS_PROXY: 'p.example:3128' }, 'http://p.example:3128'],
  ])('of %j is %s', (env, url) => {
    const { proxy, problems } = read(env);
    expect(proxy?.url).toBe(url);
    expect(problems).toEqual([]);
  });

  it('is shown without its credentials, which go into a header', () => {
    const { proxy } = read({ HTTPS_PROXY: 'http://user:p%40ss@p.example:3128' });
    expect(proxy).toEqual({
      url: 'http://p.example:3128',
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
      except: [],
    });
  });

  it.each(['NO_PROXY', 'no_proxy'])('is not for what %s lists', (name) => {
    const { proxy } = read({ HTTPS_PROXY: 'http://p:1', [name]: 'A.example, .b.example  *.c:8443,,' });
    expect(proxy?.except).toEqual(['a.example', '.b.example', '*.c:8443']);
  });

  it.each(['socks5://hunter2@p.example:1080', 'http://', '://x', 'http://user:hunter2%@p.example'])(
    '%s is refused with a fix, and never shown',
    (text) => {
      const { problems } = read({ HTTPS_PROXY: text });
      expect(problems).toMatchObject([{ variable: 'HTTPS_PROXY' }]);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    },
  );
});
