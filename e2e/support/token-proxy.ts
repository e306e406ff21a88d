import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { discover } from '../../test/idp/client';

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
  const proxy = new TokenEndpointProxy(target);
  await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
  return proxy;
}

class TokenEndpointProxy implements TokenProxy {
  readonly calls: RefreshCall[] = [];
  readonly families: TokenFamily[] = [];
  readonly server = createServer((incoming, outgoing) => {
    this.serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  /** By refresh token. */
  private readonly familyOf = new Map<string, TokenFamily>();
  private treatment: (call: number, refreshCall: RefreshCall) => Treatment = () => ({});

  constructor(private readonly target: string) {}

  endpointFor(caller: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${caller}`;
  }

  treat(treatment: (call: number, refreshCall: RefreshCall) => Treatment): void {
    this.treatment = treatment;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'refresh_token') return this.signIn(body, outgoing);
    const refreshToken = form.get('refresh_token') ?? '';
    const family = this.familyOf.get(refreshToken);
    return this.refresh(body, outgoing, {
      refreshToken,
      caller: incoming.url?.slice(1) ?? '',
      family,
      at: Date.now(),
      replacesExpiry: family?.expiresAt ?? 0,
      outcome: 'under way',
    });
  }

  private async signIn(body: string, outgoing: ServerResponse): Promise<void> {
    const answer = await this.handOn(body);
    if (answer.status === 200) this.learn(answer, undefined);
    reply(outgoing, answer);
  }

  private async refresh(body: string, outgoing: ServerResponse, call: RefreshCall): Promise<void> {
    const { before = 0, after = 0, instead } = this.treatment(this.calls.push(call), call);
    if (before > 0) await setTimeout(before);
    if (outgoing.destroyed) {
      call.outcome = 'abandoned';
      return;
    }
    if (instead !== undefined) {
      call.outcome = 'failed';
      return reply(outgoing, { status: instead === 'empty' ? 200 : instead, body: '' });
    }
    const answer = await this.handOn(body);
    const granted = answer.status === 200;
    if (granted) this.learn(answer, call.family);
    if (after > 0) await setTimeout(after);
    call.outcome = granted ? (outgoing.destroyed ? 'lost' : 'granted') : 'refused';
    reply(outgoing, answer);
  }

  private async handOn(body: string): Promise<ProviderAnswer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(this.target, { method: 'POST', headers, body });
    return { status: response.status, body: await response.text() };
  }

  /** Notes what the provider granted: to a family that is known, or to a new one. */
  private learn(answer: ProviderAnswer, known: TokenFamily | undefined): void {
    const { access_token: token = '', refresh_token: next = '' } = JSON.parse(answer.body);
    const family = known ?? { expiresAt: 0 };
    family.expiresAt = expiryOf(token);
    this.familyOf.set(next, family);
    if (!known) this.families.push(family);
  }
}

function reply(outgoing: ServerResponse, { status, body }: ProviderAnswer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  outgoing.end(body);
}

function expiryOf(accessToken: string): number {
  const [, payload = ''] = accessToken.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp;
}
