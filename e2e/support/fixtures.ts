import { type BrowserContext, test as base, expect } from '@playwright/test';
import type { Personality } from '../../lib/config/personality';
import { type RunningApp, startApp } from './app';
import { copyProject } from './project-copy';

export { expect };

/** What must not be heard in a test: errors in the browser's console, in its pages, and in the app's own output. */
export interface Noise {
  /** Lets through what a test brings about on purpose. */
  allow(pattern: RegExp): void;
  /** Listens to a further browser context; the test's own is heard by itself. */
  listenTo(context: BrowserContext): void;
}

interface TestFixtures {
  readonly noise: Noise;
}

export interface WorkerOptions {
  /** What the embedded provider passes for; each project of `playwright.config.ts` has its own. */
  readonly personality: Personality;
  /** Settings of the app beyond its defaults; `test.use` at the top of a file. */
  readonly appEnv: Record<string, string>;
  /** Under which path of its origin the app lives; a build of its own, in a copy of the project. */
  readonly basePath: string;
}

interface WorkerFixtures extends WorkerOptions {
  /** The production build, started once for all tests of a worker that want the same settings. */
  readonly app: RunningApp;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  personality: ['standard', { scope: 'worker', option: true }],
  appEnv: [{}, { scope: 'worker', option: true }],
  basePath: ['', { scope: 'worker', option: true }],
  app: [
    // The name of the parameter is Playwright's; it has nothing to do with React.
    async ({ appEnv, personality, basePath }, provide) => {
      const below = basePath ? { basePath, project: copyProject('base-path') } : {};
      const app = await startApp({ personality, env: appEnv, ...below });
      await provide(app);
      const { code } = await app.stop();
      expect(code, 'exit code of the app').toBe(0);
    },
    // The first start may have to build.
    { scope: 'worker', timeout: 180_000 },
  ],
  baseURL: ({ app }, provide) => provide(app.baseUrl),
  noise: [
    async ({ context, app }, provide) => {
      const heard: string[] = [];
      const allowed: RegExp[] = [];
      const before = app.output().length;
      const listenTo = (heardContext: BrowserContext) => listen(heardContext, (line) => heard.push(line));
      listenTo(context);
      await provide({ allow: (pattern) => allowed.push(pattern), listenTo });
      heard.push(...errorsIn(app.output().slice(before)));
      const unexpected = heard.filter((line) => !allowed.some((pattern) => pattern.test(line)));
      expect(unexpected, 'errors that this test does not expect').toEqual([]);
    },
    { auto: true },
  ],
});

/** Chromium reports violations of the Content-Security-Policy as console errors too. */
function listen(context: BrowserContext, hear: (line: string) => void): void {
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    hear(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => hear(`page: ${error.error().stack ?? error.error().message}`));
}

/** Lines of the app's log that are errors, by pino's level or by Next's mark. */
function errorsIn(output: string): string[] {
  const isError = (line: string) => /"level":[56]0\b/.test(line) || line.includes('⨯');
  return output
    .split('\n')
    .filter(isError)
    .map((line) => `app: ${line}`);
}
