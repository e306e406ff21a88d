import { describe, expect, it } from 'vitest';
import { deviceInWords } from './device';

describe('a browser that is known', () => {
  const mozilla = 'Mozilla/5.0';
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  it.each([
    [`${mozilla} (X11; Linux x86_64) ${webkit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome on Linux'],
    [
      `${mozilla} (X11; Linux x86_64) ${webkit} HeadlessChrome/142.0.7444.59 Safari/537.36`,
      'Chrome on Linux',
    ],
    [
      `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
      'Edge on Windows',
    ],
    [
      `${mozilla} (Linux; Android 10; K) ${webkit} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0`,
      'Edge on Android',
    ],
    [
      `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0`,
      'Opera on Windows',
    ],
    [
      `${mozilla} (Linux; Android 10; K) ${webkit} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet on Android',
    ],
    [
      `${mozilla} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1`,
      'Safari on iPhone',
    ],
    [
      `${mozilla} (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1`,
      'Chrome on iPhone',
    ],
    [
      `${mozilla} (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/144.0 Mobile/15E148 Safari/605.1.15`,
      'Firefox on iPad',
    ],
    [
      `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`,
      'Safari on macOS',
    ],
    [`${mozilla} (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0`, 'Firefox on Android'],
    [`${mozilla} (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0`, 'Firefox on Linux'],
    [
      `${mozilla} (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/142.0.0.0 Safari/537.36`,
      'Chrome on ChromeOS',
    ],
    ['curl/8.14.1', 'curl'],
    ['node', 'Node.js'],
  ])('is named with its system: %s', (userAgent, words) => {
    expect(deviceInWords(userAgent)).toBe(words);
  });
});

describe('anything else', () => {
  it('is shown as it calls itself', () => {
    expect(deviceInWords('NotesForTeapots/3.1 (kettle)')).toBe('NotesForTeapots/3.1 (kettle)');
  });

  it.each(['', ' ', '\u202e', '\u0000\u200b'])('is unknown where it says nothing: %j', (userAgent) => {
    expect(deviceInWords(userAgent)).toBe('Unknown device');
  });

  it('is cut, and cannot hide or turn what stands around it', () => {
    const hostile = `\u202e\u2066<script>alert(1)</script>${'\u0007🫖'.repeat(140)}`;
    const words = deviceInWords(hostile);
    expect(words).toBe(`<script>alert(1)</script>${'🫖'.repeat(35)}…`);
    expect([...words]).toHaveLength(61);
  });

  it('takes no longer for three hundred characters that almost match', () => {
    for (const one of ['Version/1 ', 'Version/1. Safari', ' Linux', '(']) {
      const before = performance.now();
      expect(deviceInWords(one.repeat(300).slice(0, 300))).not.toBe('');
      expect(performance.now() - before).toBeLessThan(50);
    }
  });
});
