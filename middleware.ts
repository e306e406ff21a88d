import type { NextRequest } from 'next/server';
import { withSession } from '@/lib/server/with-session';

export const config = {
  runtime: 'nodejs',
  matcher: [
    // A request that brings its own token has no use for a session; its route handler judges it. Another scheme than
    // Bearer brings none. Whether the app is alive has nothing to do with anybody's session.
    {
      source: '/api/((?!health$|health/ready$).*)',
      missing: [{ type: 'header', key: 'authorization', value: '\\s*[Bb][Ee][Aa][Rr][Ee][Rr](?:\\s.*)?' }],
    },
    // Below a base path the pattern after it does not reach the start page.
    '/',
    '/((?!api/|_next/static/|icon\\.svg$|favicon\\.ico$|robots\\.txt$).*)',
  ],
};

/** Turns sessions into bearer tokens. To have a middleware of your own, give it along: `withSession(request, yours)`. */
export default (request: NextRequest): Promise<Response> => withSession(request);
