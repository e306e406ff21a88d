import 'server-only';
import type { ProtectedHandler } from '../access';
import { type GuardedOperation, type InputOf, type OperationDeclaration, operations } from '../api';
import type { RouteHandler } from '../http/methods';
import { readFields } from '../notes';
import { protect } from './protect';

type Context<Id extends GuardedOperation> = Parameters<ProtectedHandler>[1] & { readonly input: InputOf<Id> };

/**
 * The route handler of an operation: guarded and given its input as the operation is declared, which is how the OpenAPI
 * document describes it.
 */
export function operation<Id extends GuardedOperation>(
  id: Id,
  handler: (request: Request, context: Context<Id>) => Promise<Response> | Response,
): RouteHandler {
  const { requires, body }: OperationDeclaration = operations[id];
  if (requires === undefined) throw new TypeError(`the operation ${id} has no requirement`);
  return protect(requires, async (request, context) => {
    const input = body && (await readFields(request, body));
    if (input instanceof Response) return input;
    return handler(request, { ...context, input: input?.value as InputOf<Id> });
  });
}
