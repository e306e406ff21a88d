import { everyMethod } from '@/lib/http/methods';
import { problem } from '@/lib/http/problem';

/** Where nothing else is, for programs: a problem as everywhere else, and no page of the app. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = everyMethod(() => problem('not_found'));
