import { isStoreError, storeRetryAfter } from '../db/store-error';
import { problem, unavailable } from './problem';

/** A Next route handler: the request, and the promise of the path's parameters. */
export type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response> | Response;

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof allMethods)[number];

/** Every method that Next asks a route for. */
export type Methods = (given: Partial<Record<Method, RouteHandler>>) => Record<Method, RouteHandler>;

/**
 * Makes the function that completes a route: the given methods, `HEAD` where there is `GET`, `OPTIONS` with the list,
 * and 405 with `Allow` for the rest (RFC 9110 §15.5.6). What a handler throws is answered as a problem.
 * @param onError gets to know what was thrown; the answer says nothing of it
 */
export function createMethods(onError: (error: unknown, request: Request) => void): Methods {
  return (given) => {
    const handlers = { ...given };
    const get = given.GET;
    if (get && !given.HEAD)
      handlers.HEAD = async (request, context) => withoutBody(await get(request, context));
    const allow = allMethods.filter((method) => handlers[method] || method === 'OPTIONS').join(', ');
    handlers.OPTIONS ??= () => new Response(null, { status: 204, headers: { allow } });
    const refuse: RouteHandler = () => problem('method_not_allowed', { headers: { allow } });
    return Object.fromEntries(
      allMethods.map((method) => [method, withoutThrowing(handlers[method] ?? refuse, onError)]),
    ) as Record<Method, RouteHandler>;
  };
}

/** Every method of a route that answers all of them alike. */
export function everyMethod(answer: () => Response): Record<Method, () => Response> {
  return Object.fromEntries(allMethods.map((method) => [method, answer])) as Record<Method, () => Response>;
}

function withoutThrowing(
  handler: RouteHandler,
  onError: (error: unknown, request: Request) => void,
): RouteHandler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      onError(error, request);
      return isStoreError(error) ? unavailable('store_unavailable', storeRetryAfter) : problem('internal');
    }
  };
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}
