import { methods } from '@/lib/server/methods';
import { resourceMetadata } from '@/lib/server/resource-metadata';

/** The metadata of one path of the API, where a client looks for it that knows the path alone (RFC 9728 §3.1). */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async (_request, { params }) => resourceMetadata(`/api/${(await params).name}`),
});
