import { z } from 'zod';
import type { ProviderSettings } from '../config';
import type { Loaded } from '../remote';
import { type Fetch, fetchJson, isTrustworthy, RemoteError } from '../remote';
import { discoveryUrl } from '../token';
import { optional } from './optional';

const endpoint = z
  .string()
  .refine(
    (text) => URL.canParse(text) && isTrustworthy(new URL(text)),
    'must be an https URL (http on loopback only)',
  );

/**
 * A member that helps where it makes sense, and does no harm where it does not: what cannot be read is as good as
 * absent. {@link discover} says which ones that was.
 */
const hint = <T extends z.ZodType>(schema: T) => optional(schema).catch(undefined);
const list = hint(z.array(z.string()));
/** Some write booleans as text. Taken for absent, a promise to name the issuer (RFC 9207 §3) would not be held to. */
const flag = hint(z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]));

const requiredMembers = {
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
};

const optionalMembers = {
  end_session_endpoint: hint(endpoint),
  revocation_endpoint: hint(endpoint),
  userinfo_endpoint: hint(endpoint),
  /** The issuer of access tokens at AD FS: an opaque string ([MS-OIDCE] §2.2.3.2). */
  access_token_issuer: hint(z.string().min(1)),
  scopes_supported: list,
  token_endpoint_auth_methods_supported: list,
  token_endpoint_auth_signing_alg_values_supported: list,
  code_challenge_methods_supported: list,
  grant_types_supported: list,
  backchannel_logout_supported: flag,
  frontchannel_logout_supported: flag,
  require_pushed_authorization_requests: flag,
  authorization_response_iss_parameter_supported: flag,
};

/** What is used of a provider's metadata (OpenID Connect Discovery §3, RFC 8414 §2); the rest is let through unread. */
const metadataSchema = z.object({ ...requiredMembers, ...optionalMembers });

export type ProviderMetadata = z.infer<typeof metadataSchema>;

export interface Discovered extends Loaded<ProviderMetadata> {
  /** Optional members that are there and make no sense: they count as absent. */
  readonly unreadable: readonly string[];
}

/**
 * Fetches and checks the metadata of a provider. Endpoints that are set by hand replace what it says.
 * @throws {RemoteError} where it cannot be had or names another issuer (RFC 8414 §3.3)
 */
export async function discover(fetch: Fetch, settings: ProviderSettings): Promise<Discovered> {
  const url = discoveryUrl(settings.issuer);
  const { json, maxAge } = await fetchJson(fetch, url);
  const document = merge(json, settings);
  const parsed = metadataSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RemoteError(
      'malformed',
      `${url}: ${issue?.path.join('.') || 'the document'} ${issue?.message ?? 'is wrong'}`,
      'check that OIDC_ISSUER is the issuer of an OpenID provider',
    );
  }
  if (parsed.data.issuer !== settings.issuer) {
    throw new RemoteError(
      'issuer_mismatch',
      `the provider calls itself ${parsed.data.issuer}, but OIDC_ISSUER is ${settings.issuer}`,
      `set OIDC_ISSUER to exactly ${parsed.data.issuer}`,
      parsed.data.issuer,
    );
  }
  return { value: parsed.data, maxAge, unreadable: unreadable(document, parsed.data) };
}

function unreadable(document: unknown, read: ProviderMetadata): string[] {
  const written = document as Record<string, unknown>;
  const names = Object.keys(optionalMembers) as (keyof typeof optionalMembers)[];
  const isThere = (value: unknown) => value !== undefined && value !== null && value !== '';
  return names.filter((name) => isThere(written[name]) && read[name] === undefined);
}

/**
 * What suffices without discovery: undefined unless every needed endpoint is set by hand. Discovery is asked all the
 * same, as it also says what protects people: revocation, the issuer in the answer (RFC 9207), sign-outs elsewhere.
 */
export function metadataByHand(settings: ProviderSettings): ProviderMetadata | undefined {
  const parsed = metadataSchema.safeParse({ issuer: settings.issuer, ...overrides(settings) });
  return parsed.success ? parsed.data : undefined;
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
