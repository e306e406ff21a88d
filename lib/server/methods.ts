import 'server-only';
import { createMethods } from '../http/methods';
import { log } from './log';

/** Every method of a route of this app, as {@link createMethods} says; what a handler throws goes to the log. */
export const methods = createMethods((error, request) =>
  log().error({ event: 'request_failed', path: new URL(request.url).pathname, reason: String(error) }),
);
