import { createHash } from 'node:crypto';
import type { IdentityProviderOptions } from '../options';
import { personClaims } from '../people';
import { opaqueFrom, uuidFrom } from './derive';
import { type EntraTenant, graph } from './entra-tenant';
import type { IdTokenFacts, Signer, TokenAnswerParts, TokenFacts } from './token-facts';

/** Pairwise: another one at every registration, so `oid` is what stays the same for a person [id-token-claims-reference]. */
export function entraSubject(subject: string, registration: string): string {
  return opaqueFrom(`${registration} ${subject}`);
}

/** The registration of the API decides the version, not the endpoint [access-tokens]. */
export function entraAccessToken(tenant: EntraTenant, facts: TokenFacts, signer: Signer): Promise<string> {
  if (!facts.forApi) return graphToken(tenant, facts, signer);
  if (tenant.options.quirks?.tokenVersion === 1) {
    const claims = version1(tenant, facts, tenant.api);
    return signer.sign(0, { typ: 'JWT', x5t: signer.kid(0) }, claims);
  }
  return signer.sign(0, { typ: 'JWT' }, version2(tenant, facts));
}

function version2({ options, tenantId }: EntraTenant, facts: TokenFacts): object {
  return {
    aud: options.audience,
    iss: options.issuer,
    ...common(facts),
    azp: facts.clientId,
    azpacr: facts.confidential ? '1' : '0',
    ...named(facts),
    ...rights(options, facts, facts.apiScopes),
    ...subject(facts, options.audience),
    tid: tenantId,
    ver: '2.0',
  };
}

/** `aud` is the URI that the scopes began with; `iss` is another than the ID token's [access-tokens;
 * AzureAD/microsoft-authentication-library-for-js#2363]. */
function version1({ options, origin, tenantId }: EntraTenant, facts: TokenFacts, audience: string): object {
  const { preferred_username, name } = named(facts);
  return {
    aud: audience,
    iss: `${origin}/${tenantId}/`,
    ...common(facts),
    appid: facts.clientId,
    appidacr: facts.confidential ? '1' : '0',
    ...(facts.person ? { acr: '1', amr: ['pwd'], ipaddr: '127.0.0.1' } : {}),
    name,
    unique_name: preferred_username,
    ...rights(options, facts, facts.apiScopes.length > 0 ? facts.apiScopes : facts.openidScopes),
    ...subject(facts, options.audience),
    tid: tenantId,
    ver: '1.0',
  };
}

/**
 * Without a scope of an API the token is for Microsoft Graph. Its header has a `nonce` whose SHA-256 is what was signed, so
 * that nobody but Graph can verify it, by design (AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet#609,
 * lukaszraczylo/traefikoidc#138).
 */
async function graphToken(tenant: EntraTenant, facts: TokenFacts, signer: Signer): Promise<string> {
  const nonce = opaqueFrom(`nonce ${facts.tokenId}`);
  const hashed = createHash('sha256').update(nonce).digest('base64url');
  const header = { typ: 'JWT', nonce: hashed, x5t: signer.kid(0) };
  const signed = await signer.sign(0, header, version1(tenant, facts, graph));
  const [signedHeader = '', ...rest] = signed.split('.');
  const shown = { ...JSON.parse(Buffer.from(signedHeader, 'base64url').toString()), nonce };
  return [Buffer.from(JSON.stringify(shown)).toString('base64url'), ...rest].join('.');
}

/** `uti` is the token's ID; there is no `jti`. `aio` and `rh` mean nothing to anybody else. */
function common({ issuedAt, expiresAt, tokenId, grantId }: TokenFacts) {
  return {
    iat: issuedAt,
    nbf: issuedAt,
    exp: expiresAt,
    aio: Buffer.from(opaqueFrom(`aio ${tokenId}`)).toString('base64'),
    rh: `1.${opaqueFrom(grantId)}.`,
    uti: opaqueFrom(tokenId).slice(0, 22),
  };
}

/** With the scope `profile` only [access-token-claims-reference]. */
function named({ person, openidScopes }: TokenFacts) {
  const { name, preferred_username } = person
    ? personClaims(person, openidScopes)
    : { name: undefined, preferred_username: undefined };
  return { name, preferred_username };
}

/**
 * People have `scp`, bare names; programs have `roles`, or nothing at all. A role cannot have a scope's name
 * (registry.terraform.io/providers/hashicorp/azuread, application, "Roles and Permission Scopes"), hence `.all`.
 */
function rights(
  { quirks, scopes: offered }: IdentityProviderOptions,
  { person }: TokenFacts,
  scopes: readonly string[],
) {
  const scp = scopes.map((scope) => scope.slice(scope.lastIndexOf('/') + 1)).join(' ');
  if (person) return scp ? { scp } : {};
  const roles = quirks?.machineRoles ?? offered.map(({ action }) => `${action}.all`);
  return roles.length > 0 ? { roles } : {};
}

function subject({ person, clientId }: TokenFacts, registration: string) {
  const principal = uuidFrom(`principal ${clientId}`);
  return person
    ? { oid: person.subject, sub: entraSubject(person.subject, registration) }
    : { oid: principal, sub: principal };
}

/** Version 2 like its endpoint; neither `at_hash` nor `auth_time` nor `azp` [id-token-claims-reference]. */
export function entraIdToken(
  { options, tenantId }: EntraTenant,
  facts: IdTokenFacts,
  signer: Signer,
): Promise<string> {
  const { email } = personClaims(facts.person, facts.openidScopes);
  return signer.sign(
    0,
    { typ: 'JWT' },
    {
      aud: facts.clientId,
      iss: options.issuer,
      ...common({ ...facts, tokenId: `${facts.tokenId} id`, expiresAt: facts.issuedAt + 60 * 60 }),
      ...named(facts),
      email,
      nonce: facts.nonce,
      sid: uuidFrom(facts.sessionId),
      ...subject(facts, facts.clientId),
      tid: tenantId,
      ver: '2.0',
    },
  );
}

/**
 * `scope` has full URIs, and neither scopes of OpenID Connect nor `offline_access` beside those of an API (a fixture of
 * MSAL.js and a recording). `expires_in` is 3599 for an hour.
 */
export function entraTokenAnswer(parts: TokenAnswerParts): Record<string, unknown> {
  const { person, forApi, apiScopes, openidScopes } = parts.facts;
  const lifetime = Math.max(parts.expiresIn - 1, 1);
  const echoed = forApi ? apiScopes : openidScopes.filter((scope) => scope !== 'offline_access');
  return {
    token_type: 'Bearer',
    scope: person && echoed.join(' '),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: parts.accessToken,
    refresh_token: parts.refreshToken,
    id_token: parts.idToken,
  };
}
