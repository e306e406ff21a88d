import { health } from '@/lib/server/health';
import { methods } from '@/lib/server/methods';

/** Alive: always 200, at once. Says how the store and the provider's keys are doing. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: () => {
    const { checks, degraded } = health();
    return Response.json(
      { status: degraded ? 'degraded' : 'ok', checks },
      { headers: { 'cache-control': 'no-store' } },
    );
  },
});
