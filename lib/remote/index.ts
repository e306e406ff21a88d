import type { Fetch, FetchedJson } from './document';
import { RemoteError } from './remote-error';

export * from './cached-document';
export type * from './document';
export * from './loopback';
export * from './remote-error';

const maxBytes = 512 * 1024;
/** For a whole exchange, the body included, in milliseconds. */
const timeout = 5_000;
const maxRedirects = 3;

/** Gets a JSON document of the provider, following redirects within its origin only. @throws {RemoteError} */
export async function fetchJson(fetch: Fetch, url: string): Promise<FetchedJson> {
  const response = await follow(fetch, url, AbortSignal.timeout(timeout));
  const { status, headers } = response;
  if (status === 200) {
    const text = await attempt(url, () => readCapped(response, url));
    return { json: parse(text, url), maxAge: maxAgeIn(headers.get('cache-control') ?? '') };
  }
  discard(response);
  const hint = 'check the URL, and that the provider is up';
  throw new RemoteError('status', `${url} answered ${status}`, hint, String(status));
}

async function follow(fetch: Fetch, url: string, signal: AbortSignal): Promise<Response> {
  const redirect = (how: string) =>
    new RemoteError('redirect', `${url} redirects ${how}`, 'set the final URL directly');
  const headers = { accept: 'application/json' };
  // Next caches and retries what it patches into `fetch` unless told not to.
  const init = { cache: 'no-store', redirect: 'manual', signal, headers } as const;
  let target = url;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const response = await attempt(url, () => fetch(target, init));
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    discard(response);
    const next = URL.canParse(location, target) ? new URL(location, target) : undefined;
    if (next?.origin !== new URL(url).origin) throw redirect('to another origin');
    target = next.href;
  }
  throw redirect(`more than ${maxRedirects} times`);
}

/**
 * The body of an answer as text, without the byte order mark that may stand in front (RFC 8259 §8.1).
 * @throws {RemoteError} where it is larger than `limit` bytes; what the body breaks with is for {@link attempt} to name
 */
export async function readCapped({ body }: Response, url: string, limit = maxBytes): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    const message = `${url} answered more than ${limit} bytes`;
    if (size > limit) throw new RemoteError('too_large', message, 'check that the URL is right');
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const kind = text === '' ? 'an empty answer' : 'something else';
    const what = text.trimStart().startsWith('<') ? 'a web page' : kind;
    const message = `${url} answered ${what} instead of JSON`;
    throw new RemoteError('not_json', message, 'check that the URL is right');
  }
}

function maxAgeIn(cacheControl: string): number | undefined {
  const match = /(?:^|[\s,])max-age="?(\d{1,9})"?(?:[\s,]|$)/i.exec(cacheControl);
  return match ? Number(match[1]) : undefined;
}

/** Lets go of an answer whose body nobody will read; a body that breaks meanwhile must not end the process. */
export const discard = ({ body }: Response): void => void body?.cancel().catch(() => undefined);

/** Runs one step of an exchange. @param limit the milliseconds that it was given @throws {RemoteError} */
export async function attempt<T>(url: string, step: () => Promise<T>, limit = timeout): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw RemoteError.of(error, url, limit);
  }
}
