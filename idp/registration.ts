import { randomBytes } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import { z } from 'zod';
import { parseJson, readText } from './body';
import type { Middleware } from './library';
import type { PersonalityTraits } from './personalities/traits';
import type { ArtifactStore } from './store';

/** How many registered clients are kept, the newest, and for how many seconds. */
const limits = { clients: 100, lifetime: 30 * 24 * 60 * 60 };

/** What may be an address to come back to: a program on this machine (RFC 8252 §7.3), as `oidc-provider` has it. */
function isLoopbackUri(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'http:' && isHere && !/[#\s\\]/.test(text) && username === '' && password === '';
}

/** What is read of a client's own words; whatever else there is, addresses to be fetched or told among it, is dropped. */
const request = z.object({
  redirect_uris: z.array(z.string().max(2_000)).max(20),
  client_name: z.string().max(200).optional(),
  grant_types: z.array(z.string()).default(['authorization_code']),
  response_types: z.array(z.string()).default(['code']),
});

/**
 * Dynamic client registration (RFC 7591) for programs on this machine. Everybody becomes a public client, which has PKCE
 * in the place of a secret (RFC 8252 §8.4, §8.5), and keeps its addresses on this machine alone, whatever it has asked for:
 * the answer says what is registered (RFC 7591 §3.2.1).
 */
export function clientRegistration({ registration }: PersonalityTraits, store: ArtifactStore): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== registration || ctx.method !== 'POST') return next();
    ctx.set('Cache-Control', 'no-store');
    // No page of another origin can send this type unasked (Fetch §2.2.2), and nobody is answered who asks.
    const text = ctx.is('application/json') ? await readText(ctx.req) : undefined;
    const asked = clientOf(text);
    if ('error' in asked) {
      ctx.status = 400;
      ctx.body = asked;
      return;
    }
    const metadata = { client_id: randomBytes(16).toString('base64url'), ...asked };
    await store.adapter('Client').upsert(metadata.client_id, metadata, limits.lifetime);
    await store.keepNewest('Client', limits.clients);
    ctx.status = 201;
    ctx.body = { ...metadata, client_id_issued_at: Math.floor(Date.now() / 1000) };
  };
}

/** What is kept of a client, or why not (RFC 7591 §3.2.2). */
function clientOf(text: string | undefined): Omit<ClientMetadata, 'client_id'> | Refused {
  const parsed = request.safeParse(parseJson(text));
  if (!parsed.success)
    return refused('invalid_client_metadata', 'a JSON object of at most 16 KiB is expected, see RFC 7591 §2');
  const { grant_types, response_types, ...said } = parsed.data;
  // Editors bring an address of their own site along with those of this machine.
  const redirect_uris = said.redirect_uris.filter(isLoopbackUri);
  if (redirect_uris.length === 0)
    return refused('invalid_redirect_uri', 'none of redirect_uris is http on localhost, 127.0.0.1 or [::1]');
  if (!grant_types.includes('authorization_code') || !response_types.includes('code')) {
    return refused(
      'invalid_client_metadata',
      'only the authorization code flow is there for registered clients',
    );
  }
  return {
    ...said,
    redirect_uris,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', ...(grant_types.includes('refresh_token') ? ['refresh_token'] : [])],
    response_types: ['code'],
  };
}

interface Refused {
  error: 'invalid_redirect_uri' | 'invalid_client_metadata';
  error_description: string;
}

const refused = (error: Refused['error'], error_description: string): Refused => ({
  error,
  error_description,
});
