import { unavailableCodes } from '@/lib/http/problem';
import { problemPage } from '@/lib/http/problem-page';
import { safeReturnTo } from '@/lib/http/return-to';
import { problemWords } from '@/lib/provider/no-keys';
import { methods } from '@/lib/server/methods';
import { noKeysInWords } from '@/lib/server/verifier';

/** Where a page sends somebody whom it cannot tell just now: 503, which a page cannot answer, and back in a moment. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: (request) => {
    const query = new URL(request.url).searchParams;
    const code = unavailableCodes.find((known) => known === query.get('code')) ?? 'keys_unavailable';
    const words = code === 'keys_unavailable' ? problemWords(noKeysInWords()) : undefined;
    return problemPage(code, { retryAfter: 5, returnTo: safeReturnTo(query.get('returnTo')), words });
  },
});
