import { problem } from '@/lib/http/problem';
import { smallPage } from '@/lib/http/small-page';
import { methods } from '@/lib/server/methods';
import { providerOrigins } from '@/lib/server/provider';
import { sessions } from '@/lib/server/session';

/**
 * What the provider shows in a hidden frame when somebody signs out there (OpenID Connect Front-Channel Logout 1.0 §2).
 * The one answer that may be framed, and by the provider alone.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async (request) => {
    const loggedOut = await (await sessions()).logOutByFrame(new URL(request.url).searchParams);
    if (loggedOut.outcome === 'refused') {
      const headers = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" };
      return problem('invalid_parameters', { detail: loggedOut.because, headers });
    }
    return smallPage({ title: 'Signed out', main: '', framedBy: providerOrigins() });
  },
});
