import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import type { Action } from '../access/actions';
import { readBody } from '../http/body';
import type { Caller } from './tool';
import { actionOf, noteTools } from './tools';

/** Who calls, and the answer of HTTP to a call that their token does not permit. */
export interface McpCaller extends Caller {
  readonly refuse: (action: Action) => Promise<Response | undefined>;
}

/**
 * Answers one message of the Model Context Protocol (Streamable HTTP, revision 2025-11-25), without a session: each
 * request has a server and a transport of its own, and its answer is JSON.
 * @param request of somebody whose token is verified
 */
export async function answerMcp(request: Request, caller: McpCaller): Promise<Response> {
  const body = await readBody(request, 'application/json');
  if (body instanceof Response) return body;
  const message = parse(body.text);
  if (message === undefined) return rpcError(ErrorCode.ParseError, 'The body is not JSON.');
  // Batches have left the protocol with revision 2025-06-18.
  if (Array.isArray(message))
    return rpcError(ErrorCode.InvalidRequest, 'Send one message at a time: there are no batches.');
  const answer = (await refuseCall(message, caller)) ?? (await answerMessage(request, message, caller));
  answer.headers.set('cache-control', 'no-store');
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is said to a tool call before the protocol's own server sees it: 403 for want of a scope is HTTP's to say. */
async function refuseCall(message: unknown, { refuse }: McpCaller): Promise<Response | undefined> {
  const { method, id, params } = (message ?? {}) as {
    method?: unknown;
    id?: unknown;
    params?: { name?: unknown };
  };
  if (method !== 'tools/call' || typeof params?.name !== 'string') return undefined;
  const action = actionOf(params.name);
  if (action) return refuse(action);
  // The SDK would call it a failure of the tool.
  return isId(id)
    ? rpcError(ErrorCode.InvalidParams, 'There is no such tool.', { id, status: 200 })
    : undefined;
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || Number.isInteger(id);

async function answerMessage(request: Request, message: unknown, caller: Caller): Promise<Response> {
  const server = new McpServer({ name: 'claimcheck', title: 'Claimcheck notes', version: '0.1.0' });
  for (const tool of noteTools) tool.register(server, caller);
  // A server that lives for one answer tells nobody of changes.
  server.server.registerCapabilities({ tools: { listChanged: false } });
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody: message });
  } finally {
    await server.close();
  }
}

/** A JSON-RPC error (JSON-RPC 2.0 §5.1); of a message that cannot be read, nobody knows the id. */
function rpcError(
  code: number,
  message: string,
  { id = null, status = 400 }: { id?: string | number | null; status?: number } = {},
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id }, { status });
}
