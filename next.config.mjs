/** Headers that are the same on every answer; the Content-Security-Policy differs for each and is set in middleware. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
];

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Middleware has to tell a prefetch from a person on the way to a page; Next hides that from it otherwise.
  skipProxyUrlNormalize: true,
  // Types are checked by `npm test`, tests included; `npm start` installs no test tools and must not need them.
  typescript: { ignoreBuildErrors: true },
  // The embedded provider reads its own files and registers hooks by identity; bundled it would do neither.
  // undici is loaded where a proxy is configured only.
  serverExternalPackages: ['oidc-provider', 'undici'],
  // Browsers ask for it wherever an answer names no icon.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};
