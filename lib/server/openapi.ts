import 'server-only';
import { createHash } from 'node:crypto';
import { openApiDocument } from '../api';
import { sessionCookieName } from '../session/cookie';
import { currentConfig } from './config';
import { perProcess } from './per-process';
import { providerMetadata, providerProfile } from './provider';

interface Written {
  readonly text: string;
  /** Names this very text (RFC 9110 §8.8.3). */
  readonly etag: string;
}

/** The OpenAPI document as text. The provider's endpoints stand in it as soon as they are known. */
export async function openApi(): Promise<Written> {
  const endpoints = await providerMetadata()
    .get()
    .catch(() => undefined);
  const provider = endpoints && {
    authorization: endpoints.authorization_endpoint,
    token: endpoints.token_endpoint,
  };
  const written = perProcess('openapi', () => new Map<string, Written>());
  const key = JSON.stringify(provider ?? null);
  const known = written.get(key);
  if (known) return known;
  const site = currentConfig();
  const { baseUrl } = site;
  const { requestPrefix } = providerProfile();
  const document = openApiDocument({ baseUrl, requestPrefix, cookieName: sessionCookieName(site), provider });
  const text = JSON.stringify(document, null, 2);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
  // Endpoints change once in years, if ever.
  written.clear();
  written.set(key, { text, etag });
  return { text, etag };
}
