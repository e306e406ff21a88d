/** The first that matches counts: browsers also name those that they are built on, or want to be taken for. */
const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|OPT|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|HeadlessChrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^node(\.js)?(\/|$)/i, 'Node.js'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const longest = 60;

/**
 * A browser and its system in words: `Chrome on Linux`. What is not known is shown as it calls itself, cut.
 * @param userAgent as the browser sent it; anyone can send anything
 */
export function deviceInWords(userAgent: string): string {
  const program = nameIn(programs, userAgent);
  const system = nameIn(systems, userAgent);
  if (program) return system ? `${program} on ${system}` : program;
  return ownWords(userAgent) || 'Unknown device';
}

function nameIn(names: typeof programs, userAgent: string): string | undefined {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1];
}

/** Without characters that are not seen, some of which turn the direction of what stands around them. */
function ownWords(userAgent: string): string {
  const visible = [...userAgent.replace(/\p{C}/gu, '').replace(/\s+/g, ' ').trim()];
  return visible.length > longest ? `${visible.slice(0, longest).join('').trimEnd()}…` : visible.join('');
}
