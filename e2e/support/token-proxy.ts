import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { discover } from '../../idp/testing';

/** What happens to one refresh call on its way. Nothing said: it is handed on, and so is the answer. */
export interface Treatment {
  /** Milliseconds before it is handed on; it never is where the caller has gone meanwhile. */
  readonly before?: number;
  /** Milliseconds before the answer is handed back; the provider has rotated the token by then. */
  readonly after?: number;
  /** An answer in place of the provider's, which hears nothing of the call; `empty` is a 200 without a body. */
  readonly instead?: 503 | 429 | 'empty';
}

export type Outcome =
  | 'under way'
  | 'granted'
  /** The provider granted it, but whoever asked was gone. */
  | 'lost'
  /** The provider said no, as it does to a token that was used before. */
  | 'refused'
  /** Answered by the proxy, in the provider's place. */
  | 'failed'
  /** Never handed on: whoever asked was gone. */
  | 'abandoned';

/** One refresh call (RFC 6749 §6). */
export interface RefreshCall {
  readonly refreshToken: string;
  /** Which of the app's processes asked, by the name it was given. */
  readonly caller: string;
  readonly family: TokenFamily | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When the access token that it replaces expires, in seconds since the epoch. */
  readonly replacesExpiry: number;
  outcome: Outcome;
}

/** The tokens of one sign-in, each the successor of the one before. */
export interface TokenFamily {
  /** When the latest access token expires, in seconds since the epoch. */
  expiresAt: number;
}

/** In front of a provider's token endpoint: counts refresh calls and makes trouble for them. */
export interface TokenProxy {
  /** The token endpoint for a process of the app. */
  endpointFor(caller: string): string;
  readonly calls: readonly RefreshCall[];
  /** One for every sign-in, in their order. */
  readonly families: readonly TokenFamily[];
  /** What is done to the refresh calls from now on, by their number, counted from 1. */
  treat(treatment: (call: number, refreshCall: RefreshCall) => Treatment): void;
  close(): Promise<void>;
}

interface ProviderAnswer {
  readonly status: number;
  readonly body: string;
}

export async function startTokenProxy(issuer: string): Promise<TokenProxy> {
  const { token_endpoint: target } = await discover(issuer);
  const calls: RefreshCall[] = [];
  const families: TokenFamily[] = [];
  const familyOf = new Map<string, TokenFamily>();
  let treatmentOf: (call: number, refreshCall: RefreshCall) => Treatment = () => ({});

  /** Notes what the provider granted. */
  function learn(answer: ProviderAnswer, known: TokenFamily | undefined): void {
    const { access_token: token = '', refresh_token: next = '' } = JSON.parse(answer.body);
    const family = known ?? { expiresAt: 0 };
    family.expiresAt = expiryOf(token);
    familyOf.set(next, family);
    if (!known) families.push(family);
  }

  async function handOn(body: string): Promise<ProviderAnswer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(target, { method: 'POST', headers, body });
    return { status: response.status, body: await response.text() };
  }

  async function signIn(body: string, outgoing: ServerResponse): Promise<void> {
    const answer = await handOn(body);
    if (answer.status === 200) learn(answer, undefined);
    reply(outgoing, answer);
  }

  async function refresh(body: string, call: RefreshCall, outgoing: ServerResponse): Promise<void> {
    const { before = 0, after = 0, instead } = treatmentOf(calls.push(call), call);
    if (before > 0) await setTimeout(before);
    if (outgoing.destroyed) {
      call.outcome = 'abandoned';
    } else if (instead !== undefined) {
      call.outcome = 'failed';
      reply(outgoing, instead === 'empty' ? { status: 200, body: '' } : { status: instead, body: '' });
    } else {
      const answer = await handOn(body);
      const granted = answer.status === 200;
      if (granted) learn(answer, call.family);
      if (after > 0) await setTimeout(after);
      call.outcome = granted ? (outgoing.destroyed ? 'lost' : 'granted') : 'refused';
      reply(outgoing, answer);
    }
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'refresh_token') return signIn(body, outgoing);
    const refreshToken = form.get('refresh_token') ?? '';
    const family = familyOf.get(refreshToken);
    const call: RefreshCall = {
      refreshToken,
      caller: incoming.url?.slice(1) ?? '',
      family,
      at: Date.now(),
      replacesExpiry: family?.expiresAt ?? 0,
      outcome: 'under way',
    };
    return refresh(body, call, outgoing);
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpointFor: (caller) => `http://127.0.0.1:${port}/${caller}`,
    calls,
    families,
    treat(treatment) {
      treatmentOf = treatment;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(outgoing: ServerResponse, { status, body }: ProviderAnswer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  outgoing.end(body);
}

function expiryOf(accessToken: string): number {
  const [, payload = ''] = accessToken.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp;
}
