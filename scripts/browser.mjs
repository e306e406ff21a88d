import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/** Where systems keep a Chromium of their own. The one without windows takes a fifth less time for the same pages. */
const places = [
  '/usr/bin/chromium-headless-shell',
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
];

/** The Chromium that tests run in: named by CHROMIUM_PATH, the system's, or Playwright's own (undefined). */
export function systemBrowser() {
  const named = process.env.CHROMIUM_PATH;
  return named || places.find((place) => existsSync(place));
}

/** How a test starts its browser. */
export function browserOptions() {
  const executablePath = systemBrowser();
  const asRoot = process.getuid?.() === 0;
  return {
    ...(executablePath && { executablePath }),
    args: [
      // Chromium's sandbox does not run as root.
      ...(asRoot ? ['--no-sandbox'] : []),
      // A test has no business outside this machine.
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  };
}

const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;

async function hasPlaywrightBrowser() {
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath());
}

/** Debian's package, where we may install it. */
function installFromSystem() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.log('Installing Chromium…');
  process.env.DEBIAN_FRONTEND ??= 'noninteractive';
  const install = (name) => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name]);
  return run('apt-get', ['update', '-qq']) && (install('chromium-headless-shell') || install('chromium'));
}

/** Sees to it that there is a browser to test with. */
export async function ensureBrowser() {
  if (systemBrowser() || (await hasPlaywrightBrowser())) return;
  if (installFromSystem() && systemBrowser()) return;
  const cli = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  if (run(process.execPath, [cli, 'install', 'chromium'])) return;
  throw new Error('There is no Chromium to test with. Install one, and set CHROMIUM_PATH to it.');
}
