import { methods } from '@/lib/server/methods';
import { resourceMetadata } from '@/lib/server/resource-metadata';

/** The metadata of the API as a whole. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: () => resourceMetadata('') });
