import 'server-only';
import { authenticate as authenticateBy, createProtect } from '../access';
import type { AccessToken } from '../token';
import { guardOptions } from './guard-options';

/** Guards a route handler of this app; see {@link Protect}. */
export const protect = createProtect(guardOptions);

/** The verified token of a request, or the answer that refuses it. @param headers of the request */
export const authenticate = (headers: Headers): Promise<AccessToken | Response> =>
  authenticateBy(headers, guardOptions());
