import { basePathOf } from './scripts/base-path.mjs';
import { filesUnder } from './scripts/routes.mjs';

/** Headers that are the same on every answer; the Content-Security-Policy differs for each page and is set in middleware. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
];

/**
 * For what the middleware does not see, built files and answers of programs' routes: should one ever be shown as a
 * page, nothing in it runs. Middleware replaces it. A route handler cannot: Next drops a header of its answer that is
 * set already, so the few that answer with a page of their own (all under `/auth/`) are left out.
 */
const defaultPolicy = { key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'" };

/** Where the API is described, for programs and for people (RFC 8631). */
const describedBy = (path) => ({
  key: 'Link',
  value: `<${path}/api/openapi.json>; rel="service-desc"; type="application/json", <${path}/docs>; rel="service-doc"`,
});

const noFrames = { key: 'X-Frame-Options', value: 'DENY' };

const basePath = basePathOf(process.env.APP_BASE_URL);

/** @type {import('next').NextConfig} */
const config = {
  // From APP_BASE_URL, so that one setting says where the app lives. One that is written here instead counts as well:
  // APP_BASE_URL may then leave it out, and whatever else it says is refused at the start.
  basePath,
  poweredByHeader: false,
  reactStrictMode: true,
  // Middleware has to tell a prefetch from a person on the way to a page; Next hides that from it otherwise.
  skipProxyUrlNormalize: true,
  // Types are checked by `npm test`, tests included; `npm start` installs no test tools and must not need them.
  typescript: { ignoreBuildErrors: true },
  // The embedded provider reads its own files and registers hooks by identity; bundled it would do neither.
  // undici is loaded where a proxy is configured only.
  serverExternalPackages: ['oidc-provider', 'undici'],
  experimental: {
    // Next keeps so much of every body for the middleware and the handler behind it, until the body has ended: 10 MiB
    // where nothing is said. More than the 64 KiB that are read plus one chunk of 64 KiB: what is cut off is cut off
    // silently, and a handler must still see that there was too much.
    proxyClientMaxBodySize: 128 * 1024,
    // As much as every other body. Which origins may call them is said by the middleware: see lib/access/protect-action.ts.
    serverActions: { bodySizeLimit: '64kb' },
  },
  // What a page or route needs of its session is said by the folder it stands in; read by lib/config/routes.ts.
  env: {
    SIGNED_IN_PAGES: filesUnder('app/(signed-in)', 'page').join(' '),
    SESSION_ROUTES: filesUnder('app/auth', 'route')
      .map((path) => `/auth${path}`)
      .join(' '),
  },
  // Browsers ask for it wherever an answer names no icon.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  // Where the metadata of a resource below the base path is looked for by its name alone (RFC 9728 §3.1).
  redirects: async () =>
    [config.basePath].filter(Boolean).map((path) => ({
      source: `/.well-known/oauth-protected-resource${path}/:resource*`,
      destination: `${path}/.well-known/oauth-protected-resource/:resource*`,
      basePath: false,
      permanent: false,
    })),
  headers: async () => [
    ...[config.basePath].filter(Boolean).map((path) => ({
      // What is asked for outside: Next says that there is nothing, in a page.
      source: `/((?!${path.slice(1).replaceAll('.', '\\.')}(?:/|$)).*)`,
      headers: [...securityHeaders, defaultPolicy, noFrames],
      basePath: false,
    })),
    { source: '/:path*', headers: securityHeaders },
    { source: '/api/:path*', headers: [describedBy(config.basePath)] },
    // Below a base path the patterns of the next two do not reach the start page.
    { source: '/', headers: [defaultPolicy, noFrames] },
    { source: '/((?!auth/).*)', headers: [defaultPolicy] },
    // The one answer that somebody else shows in a frame; its policy says who.
    {
      source: '/((?!auth/frontchannel-logout$).*)',
      headers: [noFrames],
    },
    // Its address may hold an ID token on the way to the provider.
    { source: '/auth/logout', headers: [{ key: 'Referrer-Policy', value: 'no-referrer' }] },
  ],
};

// What the app is told of its base path is what Next is told, whoever said it; read by lib/config/base-path.ts.
config.env = {
  ...config.env,
  BASE_PATH: config.basePath,
  BASE_PATH_BY_HAND: config.basePath === basePath ? '' : 'yes',
};

export default config;
