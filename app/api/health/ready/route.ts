import { healthSoon } from '@/lib/server/health';
import { methods } from '@/lib/server/methods';

/** Whether requests can be served: 503 while the store cannot be reached or no key has ever been loaded. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async () => {
    const { checks, ready } = await healthSoon();
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      ...(!ready && { 'retry-after': '5' }),
    };
    return Response.json(
      {
        status: ready ? 'ready' : 'not ready',
        checks: { store: checks.store.status, keys: checks.keys.status },
      },
      { status: ready ? 200 : 503, headers },
    );
  },
});
