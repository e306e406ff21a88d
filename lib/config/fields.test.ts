import { describe, expect, it } from 'vitest';
import { Fields } from './fields';

function url(text: string) {
  const fields = new Fields({ SOME_URL: text });
  return { value: fields.url('SOME_URL'), problem: fields.problems[0]?.problem };
}

describe('a URL setting', () => {
  it.each([
    'https://id.example',
    'https://id.example/',
    'https://id.example:8443/a/b',
    'HTTPS://ID.EXAMPLE',
    'http://localhost:4000',
    'http://127.0.0.2/x',
    'http://[::1]:4000',
  ])('%s is taken as it is written', (text) => {
    expect(url(text)).toEqual({ value: text, problem: undefined });
  });

  it('loses the blanks around it', () => {
    expect(url('  https://id.example \n').value).toBe('https://id.example');
  });

  it.each([
    ['id.example', /absolute URL/],
    ['//id.example', /absolute URL/],
    ['https://', /absolute URL/],
    ['https://id example', /absolute URL/],
    ['id.example:8443', /not https/],
    ['http://id.example', /^http:\/\/id\.example is not https$/],
    ['http://0.0.0.0:4000', /not https/],
    ['http://localhost.evil.example', /not https/],
    ['http://localhost@evil.example', /^http:\/\/evil\.example is not https$/],
    ['ws://localhost', /not https/],
    ['file:///etc/passwd', /not https/],
    ['javascript:alert(1)', /not https/],
    ['https://user@id.example', /user name, query or fragment/],
    ['https://:password@id.example', /user name, query or fragment/],
    ['https://id.example/?a=b', /user name, query or fragment/],
    ['https://id.example/#top', /user name, query or fragment/],
    ['https://id.example/?', /user name, query or fragment/],
    ['https://id.example/#', /user name, query or fragment/],
    // What a browser would mend in silence is not what anyone compares exactly.
    ['https:id.example', /absolute URL/],
    ['https:///id.example', /absolute URL/],
    ['https:\\\\id.example', /absolute URL/],
    ['https://id.exa\tmple', /absolute URL/],
  ])('%j is refused', (text, problem) => {
    expect(url(text)).toEqual({ value: undefined, problem: expect.stringMatching(problem) });
  });
});

describe('the URL of an endpoint', () => {
  const url = (text: string) => new Fields({ URL: text }).url('URL', { query: true });

  it.each([
    'https://id.example/keys?appid=1',
    'https://id.example/authorize?p=policy&x=%20',
    'https://id.example/?',
  ])('%j may carry a query', (text) => {
    expect(url(text)).toBe(text);
  });

  it.each([
    'https://id.example/keys?appid=1#top',
    'https://user@id.example/?p=1',
    'https://:pass@id.example/',
  ])('%j may not carry a fragment or a user name', (text) => {
    expect(url(text)).toBeUndefined();
  });
});

describe('a list setting', () => {
  it('drops blanks and empty items, and keeps the order', () => {
    expect(new Fields({ LIST: ' b ,, a,' }).list('LIST')).toEqual(['b', 'a']);
  });

  it('is empty where it is unset or only commas', () => {
    expect(new Fields({}).list('LIST')).toEqual([]);
    expect(new Fields({ LIST: ' , ,' }).list('LIST')).toEqual([]);
  });
});
