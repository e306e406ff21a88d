import 'server-only';
import { countWrite, insufficientScope, insufficientSignIn } from '../access';
import { permittedActions } from '../access/actions';
import type { RouteHandler } from '../http/methods';
import { problem } from '../http/problem';
import { tooMany } from '../limits';
import { answerMcp } from '../mcp';
import { ownerOf } from '../notes';
import { currentConfig } from './config';
import { guardOptions } from './guard-options';
import { log } from './log';
import { methods } from './methods';
import { noteStore } from './notes';
import { protect } from './protect';

const answer = protect('signed-in', (request, { token }) => {
  const guard = { ...guardOptions(), resource: '/api/mcp' };
  const permitted = permittedActions(token.scopes, guard.tokenPrefix);
  return answerMcp(request, {
    owner: ownerOf(token),
    notes: noteStore,
    permits: (action) => permitted.includes(action),
    refuse: async (action) => {
      const refusal =
        insufficientScope(action, token, guard, permitted) ?? insufficientSignIn(action, token, guard);
      if (refusal) return refusal;
      const use = await countWrite(action, token, guard);
      return use && !use.allowed ? tooMany(use) : undefined;
    },
    onError: (error) => log().error({ event: 'tool_failed', reason: String(error) }),
  });
});

/** A page elsewhere may reach this server by a name of its own that leads here (MCP, "Security Warning" of the transport). */
const answerOwnOrigin: RouteHandler = (request, context) => {
  const origin = request.headers.get('origin');
  const isForeign = origin !== null && origin !== new URL(currentConfig().baseUrl).origin;
  return isForeign
    ? problem('cross_site', { detail: 'Pages of other origins may not call it.' })
    : answer(request, context);
};

const handlers = Object.entries(methods({ POST: answerOwnOrigin }));

/** Every method of `/api/mcp`; where `MCP=off`, there is nothing. */
export const mcpRoute = Object.fromEntries(
  handlers.map(([method, handler]): [string, RouteHandler] => [
    method,
    (request, context) => (currentConfig().mcp ? handler(request, context) : problem('not_found')),
  ]),
) as ReturnType<typeof methods>;
