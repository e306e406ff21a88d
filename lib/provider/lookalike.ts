import type { ProviderSettings } from '../config';
import { kindOf, type ProviderKind } from '../token';
import type { ProviderMetadata } from './discovery';
import { presets } from './presets';

type Endpoints = Partial<
  Pick<ProviderMetadata, 'authorization_endpoint' | 'token_endpoint' | 'jwks_uri' | 'end_session_endpoint'>
>;

interface Likeness {
  readonly kind: Exclude<ProviderKind, 'generic'>;
  /** Of the issuer or an endpoint. */
  readonly host: RegExp;
  /** `path of the issuer` + ` ` + `path of the token endpoint` + ` ` + `path of the key set`, for custom domains. */
  readonly paths: RegExp;
}

const likenesses: readonly Likeness[] = [
  {
    kind: 'entra',
    host: /(^|\.)(microsoftonline\.(com|us|de|cn)|partner\.microsoftonline\.cn|sts\.windows\.net|ciamlogin\.com)$/,
    paths: /^\/[^/ ]+\/v2\.0\/? \S*\/oauth2\/v2\.0\/token /,
  },
  {
    kind: 'cognito',
    host: /(^|\.)(amazoncognito\.com|(issuer-)?cognito-idp(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)$/,
    paths: /^\/[a-z]{2}(-[a-z]+)+-\d_[A-Za-z0-9]+ /,
  },
  {
    kind: 'auth0',
    host: /(^|\.)auth0(app)?\.com$/,
    // Nobody else has these two beside an issuer that is a bare origin with a slash.
    paths: /^\/ \/oauth\/token \/\.well-known\/jwks\.json$/,
  },
  {
    kind: 'okta',
    // The org's own server is at such a host, too, and is none that can be used.
    host: /(?!)/,
    paths: /^\/oauth2\/[^/ ]+ \S*\/v1\/token \S*\/v1\/keys$/,
  },
];

/**
 * The kind of provider that this one looks like although nothing says so: a custom domain, a sovereign cloud, a gateway
 * in front. Undefined where its kind is certain or set by hand. A likeness is for hints alone.
 */
export function lookalike(
  { issuer, preset }: Pick<ProviderSettings, 'issuer' | 'preset'>,
  metadata: Endpoints = {},
): Likeness['kind'] | undefined {
  if (preset !== undefined || kindOf(issuer) !== 'generic' || !URL.canParse(issuer)) return undefined;
  const { authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint } = metadata;
  const addresses = [issuer, authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint];
  const hosts = addresses.flatMap((address) => (address === undefined ? [] : [new URL(address).hostname]));
  const pathOf = (address: string | undefined) => (address === undefined ? '' : new URL(address).pathname);
  // The slash of a bare origin is only there where it is written.
  const ownPath = new URL(issuer).pathname === '/' && !issuer.endsWith('/') ? '' : pathOf(issuer);
  const paths = [ownPath, pathOf(token_endpoint), pathOf(jwks_uri)].join(' ');
  return likenesses.find(
    ({ host, paths: shape }) => hosts.some((name) => host.test(name)) || shape.test(paths),
  )?.kind;
}

/** What to do about it, in a sentence; empty where there is nothing to do. */
export function lookalikeHint(...of: Parameters<typeof lookalike>): string {
  const kind = lookalike(...of);
  if (kind) {
    return `It looks like ${presets[kind].title}, whose particulars are not in use: if it is, set OIDC_PROVIDER=${kind}.`;
  }
  const [{ issuer, preset }] = of;
  const { hostname = '', pathname = '' } = URL.canParse(issuer) ? new URL(issuer) : {};
  if (preset === undefined && /\.okta(preview|-emea)?\.com$/.test(hostname) && pathname === '/') {
    return `This is Okta's own server, whose access tokens nobody else can verify: set OIDC_ISSUER to a custom authorization server, https://${hostname}/oauth2/default.`;
  }
  return '';
}
