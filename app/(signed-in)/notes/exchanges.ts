import { useSyncExternalStore } from 'react';
import type { Station } from '../../components/request-path';

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request that the page sent, and the answer it got. Holds no secret: the cookie is never seen by script. */
export interface Exchange extends SentRequest {
  /** The server action that was called, where the request is its own and not one of the API. */
  readonly action?: string;
  /** The request of the API that does the same as the action. */
  readonly instead?: SentRequest;
  /** Absent where no answer came. */
  readonly status?: number;
  /** `WWW-Authenticate` (RFC 6750 §3). */
  readonly challenge?: string;
  /** The body of a refusal (RFC 9457), or the value that a server action answered with. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** Where on its way it was refused. */
  readonly stop?: { readonly at: Station; readonly because: string };
}

export type KeptExchange = Exchange & { readonly id: number };

const most = 20;
let kept: readonly KeptExchange[] = [];
let count = 0;
const listeners = new Set<() => void>();

/** Shows it, newest first, in this tab and until the page is left. */
export function keepExchange(exchange: Exchange): void {
  count += 1;
  kept = [{ ...exchange, id: count }, ...kept].slice(0, most);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const none: readonly KeptExchange[] = [];

export function useExchanges(): readonly KeptExchange[] {
  return useSyncExternalStore(
    subscribe,
    () => kept,
    () => none,
  );
}

/** Where a problem's code says that a request ended. */
export function stationOf(code: unknown): Station {
  switch (code) {
    case 'unauthenticated':
      return 'session';
    case 'cross_site':
    case 'refresh_unavailable':
      return 'middleware';
    case 'invalid_request':
    case 'invalid_token':
    case 'keys_unavailable':
      return 'verify';
    case 'insufficient_scope':
    case 'insufficient_user_authentication':
      return 'scope';
    default:
      return 'notes';
  }
}

/**
 * The same request for a shell, with a token in place of the session: `$TOKEN` stands for it. What a server action does
 * is asked of the API.
 * @param base address of the app, without a slash at its end
 */
export function curlOf(exchange: Exchange, base: string): string {
  const { method, path, headers, body } = exchange.instead ?? exchange;
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [
    `curl -i ${method === 'GET' ? '' : `-X ${method} `}${quoted(base + path)}`,
    '-H "Authorization: Bearer $TOKEN"',
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
  ];
  return lines.join(' \\\n  ');
}
