import { mcpRoute } from '@/lib/server/mcp';

/** The note actions as tools of the Model Context Protocol. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = mcpRoute;
