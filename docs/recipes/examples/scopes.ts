import { createProtect, type GuardOptions } from '../../../lib/access';

/** Route handlers that need one of several scopes, or all of them. */
export function routes(options: GuardOptions) {
  const protect = createProtect(() => options);
  return {
    search: protect({ anyOf: ['note:read', 'note:update'] }, () => Response.json('found')),

    move: protect({ allOf: ['note:create', 'note:delete'] }, () => Response.json('moved')),
  };
}
