import type { ProxySettings } from '../config';
import type { Fetch } from '../remote';
import { isLoopback } from '../remote';

/** As in package.json. */
export const version = '0.1.0';

/** Firewalls and providers refuse `node`, which is what Node's own `fetch` calls itself. */
export const userAgent = `Claimcheck/${version}`;

const direct: Fetch = (url, init) => fetch(url, init);

/**
 * The one `fetch` for everything that is asked of the provider: under a name of our own, and by the proxy where one is
 * configured. Node's `fetch` knows no proxies before version 24.
 * @param straight what asks without a proxy; Node's own
 */
export function providerFetch(proxy: ProxySettings | undefined, straight: Fetch = direct): Fetch {
  let through: Promise<Fetch> | undefined;
  return async (url, init) => {
    const headers = new Headers(init.headers);
    headers.set('user-agent', userAgent);
    const named = { ...init, headers };
    if (!proxy || !leadsBy(proxy, new URL(url))) return straight(url, named);
    through ??= fetchBy(proxy);
    return (await through)(url, named);
  };
}

/** Whether a proxy is for this address: never for this machine, nor for what NO_PROXY lists. */
export function leadsBy({ except }: ProxySettings, { hostname, port, protocol }: URL): boolean {
  if (isLoopback(hostname)) return false;
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  return !except.some((entry) => {
    if (entry === '*') return true;
    const [, host = '', onlyPort = actualPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const name = host.replace(/^\*?\./, '');
    return onlyPort === actualPort && (hostname === name || hostname.endsWith(`.${name}`));
  });
}

/** Loaded where a proxy is configured only: its own `fetch`, as a dispatcher fits no other version's. */
async function fetchBy({ url: uri, authorization }: ProxySettings): Promise<Fetch> {
  const { fetch, ProxyAgent } = await import('undici');
  const dispatcher = new ProxyAgent({ uri, ...(authorization !== undefined && { token: authorization }) });
  return async (url, init) => {
    try {
      const { body, ...rest } = init as RequestInit & { body?: string | URLSearchParams };
      const headers = [...new Headers(rest.headers)];
      // The same classes by other names: both are Node's own.
      const response: unknown = await fetch(url, { ...rest, headers, body, dispatcher } as object);
      return response as Response;
    } catch (error) {
      throw byProxy(error, uri);
    }
  };
}

/** Which way was taken, for whoever has to mend it. A time-out stays what it is. */
function byProxy(error: unknown, proxy: string): unknown {
  if (!(error instanceof TypeError)) return error;
  // What a proxy answers to CONNECT is told two causes down, in words alone.
  const causes = [error.cause, (error.cause as Error | undefined)?.cause] as ErrorCause[];
  const status = /Proxy response \((\d{3})\)/.exec(causes.map((cause) => cause?.message).join(' '))?.[1];
  const code = status === undefined ? codeOf(causes) : `the proxy answered ${status}`;
  return Object.assign(new TypeError('fetch failed'), { cause: { code, proxy } });
}

type ErrorCause = { readonly message?: string; readonly code?: unknown } | undefined;

const codeOf = (causes: readonly ErrorCause[]) =>
  causes.map((cause) => cause?.code).find((code) => typeof code === 'string');
