import { ProviderTrouble } from './trouble';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The largest answer that is read, in bytes. */
const maxBytes = 512 * 1024;
/** Time for a whole exchange, the body included, in milliseconds. */
const timeout = 5_000;
const maxRedirects = 3;

export interface FetchedJson {
  readonly json: unknown;
  /** `max-age` of the answer in seconds, where it says so (RFC 9111 §5.2.2.1). */
  readonly maxAge: number | undefined;
}

/**
 * Gets a JSON document of the provider: within 5 s and 512 KiB, following redirects within its origin only.
 * @throws {ProviderTrouble}
 */
export async function fetchJson(fetch: Fetch, url: string): Promise<FetchedJson> {
  const signal = AbortSignal.timeout(timeout);
  const response = await follow(fetch, url, signal);
  if (response.status !== 200) {
    discard(response);
    throw new ProviderTrouble(
      'status',
      `${url} answered ${response.status}`,
      'check the URL, and that the provider is up',
      String(response.status),
    );
  }
  const text = await attempt(url, () => readCapped(response, url));
  return { json: parse(text, url), maxAge: maxAgeOf(response) };
}

async function follow(fetch: Fetch, url: string, signal: AbortSignal): Promise<Response> {
  let target = url;
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const response = await attempt(url, () =>
      // Next caches and retries what it patches into `fetch` unless told not to.
      fetch(target, {
        cache: 'no-store',
        redirect: 'manual',
        signal,
        headers: { accept: 'application/json' },
      }),
    );
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    discard(response);
    const next = URL.canParse(location, target) ? new URL(location, target) : undefined;
    if (next?.origin !== new URL(url).origin) {
      throw new ProviderTrouble(
        'redirect',
        `${url} redirects to another origin`,
        'set the final URL directly',
      );
    }
    target = next.href;
  }
  throw new ProviderTrouble(
    'redirect',
    `${url} redirects more than ${maxRedirects} times`,
    'set the final URL directly',
  );
}

/**
 * The body of an answer as text, as long as it is no larger than any answer of a provider needs to be. A byte order
 * mark in front is no part of it (RFC 8259 §8.1 lets readers ignore one).
 * @param limit in bytes
 * @throws {ProviderTrouble} where it is larger; whatever the body itself breaks with is for {@link attempt} to name
 */
export async function readCapped({ body }: Response, url: string, limit = maxBytes): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new ProviderTrouble(
        'too_large',
        `${url} answered more than ${limit} bytes`,
        'check that the URL is right',
      );
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const kind = text.trimStart().startsWith('<')
      ? 'a web page'
      : text === ''
        ? 'an empty answer'
        : 'something else';
    throw new ProviderTrouble(
      'not_json',
      `${url} answered ${kind} instead of JSON`,
      'check that the URL is right',
    );
  }
}

function maxAgeOf(response: Response): number | undefined {
  const match = /(?:^|[\s,])max-age="?(\d{1,9})"?(?:[\s,]|$)/i.exec(
    response.headers.get('cache-control') ?? '',
  );
  return match ? Number(match[1]) : undefined;
}

/** Lets go of an answer whose body nobody will read; a body that breaks meanwhile must not end the process. */
export function discard({ body }: Response): void {
  body?.cancel().catch(() => undefined);
}

/**
 * Runs one step of an exchange and names its failure.
 * @param limit the time it was given, in milliseconds
 */
export async function attempt<T>(url: string, step: () => Promise<T>, limit = timeout): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw named(error, url, limit);
  }
}

function named(error: unknown, url: string, limit: number): Error {
  if (error instanceof ProviderTrouble) return error;
  const { name, cause } = error as Error & { cause?: { code?: string; proxy?: string } };
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new ProviderTrouble(
      'timeout',
      `${url} did not answer within ${limit / 1000} s`,
      'check that the provider is up',
    );
  }
  const code = cause?.code ?? '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code)) {
    return new ProviderTrouble(
      'certificate',
      `the certificate of ${url} is not trusted (${code})`,
      'for a private certificate authority set NODE_EXTRA_CA_CERTS to its certificate file',
      code,
    );
  }
  if (cause?.proxy !== undefined) {
    return new ProviderTrouble(
      'unreachable',
      `${url} cannot be reached by the proxy ${cause.proxy} (${code || name})`,
      'check HTTPS_PROXY, and that the proxy lets this host through; NO_PROXY lists what is reached directly',
      code || name,
    );
  }
  return new ProviderTrouble(
    'unreachable',
    `${url} cannot be reached (${code || name})`,
    /ENOTFOUND|EAI_AGAIN|TIMEDOUT|CONNECT_TIMEOUT|UNREACH/.test(code)
      ? 'check the host name and the network; where only a proxy leads out, set HTTPS_PROXY'
      : 'check the URL and the network',
    code || name,
  );
}
