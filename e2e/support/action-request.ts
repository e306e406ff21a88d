import type { APIRequestContext, APIResponse, Page } from '@playwright/test';
import type { RunningApp } from './app';
import { newTitle } from './steps';

/** A call of the action that creates a note, as the page makes it. */
export interface ActionRequest {
  /** Names the action in this build. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The title of the note that it creates. */
  readonly title: string;
}

/** Makes a note on the notes page, in a browser that may, and keeps what was sent. */
export async function captureCreation(page: Page): Promise<ActionRequest> {
  const title = newTitle('Captured');
  const form = page.getByRole('form', { name: 'New note' });
  await page.goto('/notes');
  await form.getByLabel('Title').fill(title);
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.method() === 'POST' && new URL(one.url()).pathname === '/notes'),
    form.getByRole('button', { name: 'Create note' }).click(),
  ]);
  const sent = await request.allHeaders();
  const kept = ['accept', 'content-type', 'next-action', 'next-router-state-tree', 'origin', 'referer'];
  const headers = Object.fromEntries(kept.map((name) => [name, sent[name] ?? '']));
  const body = request.postDataBuffer();
  if (!body) throw new Error('the request has no body');
  return { id: headers['next-action'] ?? '', headers, body, title };
}

/**
 * Makes the same call again, without a browser.
 * @param from whose cookies go with it
 * @param changes headers that differ, and the title
 */
export function replay(
  from: APIRequestContext,
  app: RunningApp,
  { headers, body, title }: ActionRequest,
  changes: { headers?: Record<string, string>; title: string },
): Promise<APIResponse> {
  return from.post(`${app.baseUrl}/notes`, {
    headers: { ...headers, ...changes.headers },
    data: Buffer.from(body.toString('latin1').replaceAll(title, changes.title), 'latin1'),
  });
}
