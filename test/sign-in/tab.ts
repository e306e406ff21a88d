import { vi } from 'vitest';
import type { SignInSettings } from '../../lib/sign-in/sign-in';

export const testSettings: SignInSettings = {
  issuer: 'https://id.example',
  clientId: 'notes-app',
  tokenEndpoint: 'https://app.example/auth/token',
  redirectUri: 'https://app.example/auth/callback',
  authorizationEndpoint: 'https://id.example/authorize?policy=p1',
  requiresIss: false,
  baseScopes: ['openid', 'profile'],
  authorizeParams: { ui_locales: 'de en' },
};

/** Session storage of one tab (HTML, Web Storage), in memory. */
class TabStorage implements Storage {
  private readonly entries = new Map<string, string>();
  get length(): number {
    return this.entries.size;
  }
  key = (index: number) => [...this.entries.keys()][index] ?? null;
  getItem = (key: string) => this.entries.get(key) ?? null;
  setItem = (key: string, value: string) => void this.entries.set(key, value);
  removeItem = (key: string) => void this.entries.delete(key);
  clear = () => this.entries.clear();
}

/** What the sign-in needs of a browser's tab, and what it did there. */
export interface TestTab {
  readonly storage: Storage;
  /** Addresses it was sent to, in order. */
  readonly visited: URL[];
  readonly fetch: ReturnType<typeof vi.fn<(url: string, init: RequestInit) => Promise<Response>>>;
}

/** A fresh tab in place of the globals that a browser has. */
export function openTab(): TestTab {
  const visited: URL[] = [];
  const storage = new TabStorage();
  const fetch: TestTab['fetch'] = vi.fn();
  const location = { assign: (url: string) => visited.push(new URL(url)) };
  vi.stubGlobal('window', { sessionStorage: storage, location, crypto: globalThis.crypto });
  vi.stubGlobal('fetch', fetch);
  return { storage, visited, fetch };
}

/** An ID token as far as the browser looks: it leaves signatures to the server. */
export function unsignedIdToken(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}
