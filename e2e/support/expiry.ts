import { expect, type Page } from '@playwright/test';

/** Waits until the session's present token has expired, without asking the app, which would renew it. */
export async function expired(expiresAt: number | undefined): Promise<void> {
  await expect.poll(() => Date.now() / 1_000).toBeGreaterThan(expiresAt ?? Number.POSITIVE_INFINITY);
}

/** Many requests at once by the page. @returns the statuses that occurred */
export function storm(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const paths = ['/api/notes', '/api/my-token', '/api/my-scopes', '/auth/session', '/notes', '/token'];
    const answers = await Promise.all([...paths, ...paths, ...paths].map((path) => fetch(path)));
    return [...new Set(answers.map(({ status }) => status))];
  });
}
