import { z } from 'zod';
import type { ProviderSettings } from '../config/config';
import { isTrustworthy } from '../config/loopback';
import type { Loaded } from './cached-document';
import { type Fetch, fetchJson } from './fetch-json';
import { optional } from './optional';
import { ProviderTrouble } from './trouble';

const endpoint = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isTrustworthy(new URL(text)),
    'must be an https URL (http on loopback only)',
  );

/** A list that helps where it makes sense, and does no harm where it does not. */
const hint = z.array(z.string()).optional().catch(undefined);

/** What is used of a provider's metadata (OpenID Connect Discovery §3, RFC 8414 §2); the rest is let through unread. */
const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  end_session_endpoint: optional(endpoint),
  revocation_endpoint: optional(endpoint),
  scopes_supported: optional(z.array(z.string())),
  token_endpoint_auth_methods_supported: hint,
  code_challenge_methods_supported: hint,
  grant_types_supported: hint,
  backchannel_logout_supported: z.boolean().optional().catch(undefined),
  /** The issuer of access tokens at AD FS: an opaque string ([MS-OIDCE] §2.2.3.2). */
  access_token_issuer: z.string().min(1).optional().catch(undefined),
  authorization_response_iss_parameter_supported: optional(z.boolean()),
});

export type ProviderMetadata = z.infer<typeof metadataSchema>;

/** The well-known address of an issuer's metadata: appended to its path (OpenID Connect Discovery §4). */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * Fetches and checks the metadata of a provider. Endpoints that are set by hand replace what it says.
 * @throws {ProviderTrouble} where it cannot be had or names another issuer (RFC 8414 §3.3)
 */
export async function discover(fetch: Fetch, settings: ProviderSettings): Promise<Loaded<ProviderMetadata>> {
  const byHand = metadataByHand(settings);
  if (byHand) return { value: byHand, maxAge: undefined };
  const url = discoveryUrl(settings.issuer);
  const { json, maxAge } = await fetchJson(fetch, url);
  const parsed = metadataSchema.safeParse(merge(json, settings));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ProviderTrouble(
      'malformed',
      `${url}: ${issue?.path.join('.') || 'the document'} ${issue?.message ?? 'is wrong'}`,
      'check that OIDC_ISSUER is the issuer of an OpenID provider',
    );
  }
  if (parsed.data.issuer !== settings.issuer) {
    throw new ProviderTrouble(
      'issuer_mismatch',
      `the provider calls itself ${parsed.data.issuer}, but OIDC_ISSUER is ${settings.issuer}`,
      `set OIDC_ISSUER to exactly ${parsed.data.issuer}`,
      parsed.data.issuer,
    );
  }
  return { value: parsed.data, maxAge };
}

function overrides({ endpoints }: ProviderSettings) {
  return {
    ...(endpoints.jwks && { jwks_uri: endpoints.jwks }),
    ...(endpoints.authorization && { authorization_endpoint: endpoints.authorization }),
    ...(endpoints.token && { token_endpoint: endpoints.token }),
    ...(endpoints.endSession && { end_session_endpoint: endpoints.endSession }),
  };
}

function merge(json: unknown, settings: ProviderSettings): unknown {
  return typeof json === 'object' && json !== null ? { ...json, ...overrides(settings) } : json;
}

/** Where every needed endpoint is set by hand, nothing is left to discover. */
function metadataByHand(settings: ProviderSettings): ProviderMetadata | undefined {
  const parsed = metadataSchema.safeParse({ issuer: settings.issuer, ...overrides(settings) });
  return parsed.success ? parsed.data : undefined;
}
