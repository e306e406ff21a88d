import { createHash } from 'node:crypto';
import { z } from 'zod';
import { embeddedIssuer, type Personality, personalities } from '../lib/config/personality';
import { isLoopback } from '../lib/remote';
import type { IdentityProviderOptions } from './options';

const address = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).refine(
  // What is no URL has been told already.
  (text) => !URL.canParse(text) || isLoopback(new URL(text).hostname),
  'must be on loopback: everybody knows the passwords of this provider',
);
const scope = z.strictObject({
  name: z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be one scope value (RFC 6749 §3.3)'),
  title: z.string().default(''),
  description: z.string().default(''),
});

/** The file of `npm run idp -- --config`: somebody's own clients, people and API. */
export const ownConfig = z.strictObject({
  $schema: z.string().optional(),
  personality: z.enum(personalities).default('standard').describe('Which provider to behave like.'),
  port: z.int().min(1).max(65_535).default(4_000),
  accessTokenTtl: z.int().min(1).max(86_400).default(300).describe('Seconds.'),
  refreshRotation: z
    .boolean()
    .optional()
    .describe('Whether a refresh token is replaced when it is used; left out: as the personality does.'),
  clients: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        name: z.string().optional(),
        secret: z.string().min(1).optional().describe('Left out: a public client, which has PKCE.'),
        redirectUris: z.array(address).default([]).describe('None: a machine, which needs a secret.'),
        postLogoutRedirectUris: z.array(address).default([]),
      }),
    )
    .min(1),
  people: z
    .array(
      z.strictObject({
        username: z.string().min(1),
        password: z.string().min(1),
        subject: z.string().min(1).optional().describe('"sub"; left out: made from the username.'),
        name: z.string().optional(),
        email: z.string().optional(),
        claims: z.record(z.string(), z.json()).optional().describe('Further claims: groups, roles …'),
        scopes: z
          .union([z.literal('everything'), z.array(z.string())])
          .default('everything')
          .describe('What they may be granted.'),
      }),
    )
    .default([]),
  api: z.strictObject({ audience: z.string().min(1), scopes: z.array(scope).default([]) }),
});
export type OwnConfig = z.infer<typeof ownConfig>;

/** What `--init` writes. */
export const exampleConfig: z.input<typeof ownConfig> = {
  $schema: './idp.schema.json',
  personality: 'standard',
  port: 4_000,
  accessTokenTtl: 300,
  clients: [
    {
      id: 'my-app',
      redirectUris: ['http://localhost:3000/auth/callback'],
      postLogoutRedirectUris: ['http://localhost:3000/'],
    },
    { id: 'my-machine', secret: 'not-a-secret' },
  ],
  people: [
    { username: 'ada', password: 'lovelace', name: 'Ada Lovelace', claims: { groups: ['engineers'] } },
    { username: 'max', password: 'newman', scopes: ['orders:read'] },
  ],
  api: {
    audience: 'https://api.example',
    scopes: [
      { name: 'orders:read', title: 'Read orders' },
      { name: 'orders:write', title: 'Change orders' },
    ],
  },
};

/**
 * Reads the text of such a file.
 * @returns the settings, or everything that is wrong with it, a line each with its place
 */
export function readOwnConfig(text: string): { config: OwnConfig } | { complaints: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { complaints: [`is no JSON: ${(error as Error).message}`] };
  }
  const parsed = ownConfig.safeParse(json);
  if (!parsed.success) return { complaints: parsed.error.issues.map(inWords) };
  const complaints = contradictions(parsed.data);
  return complaints.length > 0 ? { complaints } : { config: parsed.data };
}

function inWords({ path, message }: z.core.$ZodIssue): string {
  const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${place.replace(/^\./, '') || 'the file'}: ${message}`;
}

function contradictions({ clients, people, api }: OwnConfig): string[] {
  const twice = (names: readonly string[], place: string) =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index ? [] : [`${place}[${index}]: ${JSON.stringify(name)} is there twice`],
    );
  const known = api.scopes.map(({ name }) => name);
  return [
    ...twice(
      clients.map(({ id }) => id),
      'clients',
    ),
    ...twice(
      people.map(({ username }) => username),
      'people',
    ),
    ...clients.flatMap(({ redirectUris, secret }, index) =>
      redirectUris.length === 0 && secret === undefined
        ? [`clients[${index}]: needs redirectUris for people, or a secret for a machine`]
        : [],
    ),
    ...people.flatMap(({ scopes }, index) =>
      [scopes]
        .flat()
        .flatMap((name, at) =>
          name === 'everything' || known.includes(name)
            ? []
            : [`people[${index}].scopes[${at}]: ${JSON.stringify(name)} is no scope of the api`],
        ),
    ),
  ];
}

/** @param overrides of the command line */
export function ownOptions(
  config: OwnConfig,
  overrides: { personality?: Personality; port?: number; dataDirectory: string },
): IdentityProviderOptions {
  const { personality = config.personality, port = config.port, dataDirectory } = overrides;
  const { api, accessTokenTtl, refreshRotation } = config;
  const [first] = config.clients.flatMap(({ redirectUris }) => redirectUris);
  return {
    ...{ personality, port, dataDirectory, accessTokenTtl, host: '127.0.0.1' },
    ...(refreshRotation !== undefined && { refreshRotation }),
    issuer: embeddedIssuer(personality, port),
    // Where people are led back to where nothing else is known.
    appBaseUrl: first === undefined ? 'http://localhost:3000' : new URL(first).origin,
    audience: api.audience,
    scopes: api.scopes.map(({ name, title, description }) => ({
      ...{ action: name, value: name, description },
      title: title || name,
    })),
    clients: config.clients.map(clientOf),
    people: config.people.map(({ username, password, subject, name, email, claims, scopes }) => ({
      ...{ username, password, mayBeGranted: scopes },
      subject: subject ?? subjectOf(username),
      name: name ?? username,
      email: email ?? `${username}@example.com`,
      ...(claims && { claims }),
    })),
  };
}

const clientOf = ({
  id,
  name,
  secret,
  redirectUris,
  postLogoutRedirectUris,
}: OwnConfig['clients'][number]) => ({
  client_id: id,
  client_name: name ?? id,
  application_type: 'web' as const,
  grant_types: [
    ...(redirectUris.length > 0 ? ['authorization_code', 'refresh_token'] : []),
    ...(secret === undefined ? [] : ['client_credentials']),
  ],
  response_types: redirectUris.length > 0 ? (['code'] as const).slice() : [],
  redirect_uris: redirectUris,
  post_logout_redirect_uris: postLogoutRedirectUris,
  ...(secret === undefined
    ? { token_endpoint_auth_method: 'none' as const }
    : { token_endpoint_auth_method: 'client_secret_basic' as const, client_secret: secret }),
});

/** Stable, and not the username, which may change (OpenID Connect Core §5.7). */
function subjectOf(username: string): string {
  const hex = createHash('sha256').update(`subject of ${username}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
