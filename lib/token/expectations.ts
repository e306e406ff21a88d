import type {
  Accepted,
  AcceptedSettings,
  ExpectationSettings,
  Expectations,
  ProviderKind,
  TokenTraits,
} from './expected';

/** What RFC 7519 and RFC 9068 say, and nothing else. */
const usual: TokenTraits = {
  recognises: [],
  boundBy: 'aud',
  accepts: [],
  alwaysAccepts: [],
  saysTokenUse: false,
  // Not `roles`, `permissions` or `client_id`: ID tokens have them too, where somebody has mapped them there.
  accessTokenClaims: ['scope', 'scp'],
  scopeClaims: ['scope', 'scp'],
  subjectClaim: 'sub',
};

export const tokenTraits: Readonly<Record<ProviderKind, TokenTraits>> = {
  /** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
  cognito: {
    ...usual,
    recognises: [[/^https:\/\/(issuer-)?cognito-idp(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[\w-]+$/]],
    boundBy: 'client_id',
    accepts: ['{clientId}'],
    alwaysAccepts: ['{clientId}'],
    saysTokenUse: true,
    accessTokenClaims: [],
    scopeClaims: ['scope'],
  },
  /** https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles */
  auth0: {
    ...usual,
    recognises: [[/^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)?\.auth0\.com\/$/]],
    accepts: ['{clientId}'],
    accessTokenClaims: ['scope', 'gty'],
    // Not `permissions`: they are what the roles of the person allow; with RBAC, `scope` is already what both allow.
    scopeClaims: ['scope'],
  },
  /** https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference */
  entra: {
    ...usual,
    // An API registered without accessTokenAcceptedVersion 2 gets v1 tokens, whatever endpoint they are asked from; one
    // with it gets v2 tokens. Both are of the same tenant, in the same cloud: authentication-national-cloud. External
    // ID has a subdomain for each tenant.
    recognises: [
      [/^https:\/\/login\.microsoftonline\.(?:com|us)\/([\w.-]+)\/v2\.0$/, 'https://sts.windows.net/$1/'],
      [
        /^https:\/\/login\.partner\.microsoftonline\.cn\/([\w.-]+)\/v2\.0$/,
        'https://sts.chinacloudapi.cn/$1/',
      ],
      [/^https:\/\/[a-z0-9-]+\.ciamlogin\.com\/([\w.-]+)\/v2\.0$/, 'https://sts.windows.net/$1/'],
      [/^https:\/\/sts\.windows\.net\/([\w.-]+)\/$/, 'https://login.microsoftonline.com/$1/v2.0'],
      [/^https:\/\/sts\.chinacloudapi\.cn\/([\w.-]+)\/$/, 'https://login.partner.microsoftonline.cn/$1/v2.0'],
    ],
    // By client id in version 2, by Application ID URI in version 1.
    alwaysAccepts: ['{api}', 'api://{api}'],
    // ID tokens of the same registration have the same audience, and `roles` too.
    accessTokenClaims: ['scp', 'azp', 'appid', 'idtyp'],
    // `scp` of people, `roles` of machines. People have app roles too: those say what they are, not what was granted.
    scopeClaims: ['scp', 'roles'],
  },
  /** A custom authorization server: https://developer.okta.com/docs/reference/api/oidc/#access-token-claims */
  okta: {
    ...usual,
    // The org's own server (without a path) signs access tokens with keys that it does not publish.
    recognises: [[/^https:\/\/[a-z0-9-]+\.(okta|oktapreview|okta-emea)\.com\/oauth2\/[\w-]+$/]],
    // What the server named "default" has from the start.
    accepts: ['api://default'],
    accessTokenClaims: ['scp', 'cid'],
    scopeClaims: ['scp'],
    // `sub` of an access token is the login name, which people can change and others can then be given; `uid` is the
    // user as ID tokens name them. Programs have no `uid`; their `sub` is their client id.
    subjectClaim: 'uid',
  },
  generic: {
    ...usual,
    // RFC 9068 §3 leaves the default audience to the provider; the client's own id is what many fall back to. The other
    // is what AD FS makes of it.
    accepts: ['{clientId}', 'microsoft:identityserver:{clientId}'],
  },
};

const known = (kind: ProviderKind, issuer: string) =>
  tokenTraits[kind].recognises.find(([pattern]) => pattern.test(issuer));

export const kinds = Object.keys(tokenTraits) as ProviderKind[];

/** The kind of provider that an issuer is certainly of; `generic` where its name says nothing. */
export const kindOf = (issuer: string): ProviderKind =>
  kinds.find((kind) => known(kind, issuer) !== undefined) ?? 'generic';

/** Puts values into `{placeholders}`. @returns undefined where one has none */
export function fillIn(template: string, values: Readonly<Record<string, string | undefined>>) {
  let isComplete = true;
  const text = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    isComplete &&= values[name] !== undefined;
    return `${values[name]}`;
  });
  return isComplete ? text : undefined;
}

/** What `{api}` stands for. */
export const apiOf = (audience: string | undefined): string | undefined => audience?.replace(/^api:\/\//, '');

/** Resource indicators are absolute URIs (RFC 8707 §2); the ids of clients never look like one. */
export const isResource = (entry: string): boolean => entry.includes('://');

/** What the access tokens of a provider must say. Depends on its input alone; asks nobody. */
export function expectationsOf(settings: ExpectationSettings): Expectations {
  const { issuer, kind, accessTokenClaim, clientId, algorithms, clockTolerance, claims } = settings;
  const { saysTokenUse, accessTokenClaims, scopeClaims, subjectClaim } = tokenTraits[kind];
  return {
    ...{ issuer, ...acceptedOf(settings), saysTokenUse, accessTokenClaims, accessTokenClaim },
    ...{ subjectClaim, scopeClaims, clientId, algorithms, clockTolerance, claims },
  };
}

/** From whom access tokens may come, and how they must name what they are for. */
export function acceptedOf(settings: AcceptedSettings): Accepted {
  const { issuer, kind, audiences: named, clientId, resources = [], accessTokenIssuer = issuer } = settings;
  const [pattern = issuer, ...replacements] = known(kind, issuer) ?? [];
  const others = [...replacements.map((other) => issuer.replace(pattern, other)), accessTokenIssuer];
  const issuers = [issuer, ...new Set(others.filter((other) => other !== issuer))] as const;
  if (!named) return { issuers, audiences: undefined, needsAudience: false, clients: undefined };
  const { boundBy, accepts, alwaysAccepts } = tokenTraits[kind];
  const values = { clientId, api: apiOf(named[0] ?? clientId) };
  const templates = [...alwaysAccepts, ...(named.length > 0 ? [] : accepts)];
  const filled = templates.map((template) => fillIn(template, values)).filter((value) => value !== undefined);
  const accepted = [...new Set([...filled, ...named])];
  const isByClient = boundBy === 'client_id';
  const needsAudience = !isByClient || accepted.some(isResource);
  const audiences = isByClient && needsAudience ? accepted.filter(isResource) : accepted;
  const clients = isByClient ? accepted.filter((entry) => !isResource(entry)) : undefined;
  return { issuers, audiences: [...new Set([...audiences, ...resources])], needsAudience, clients };
}
