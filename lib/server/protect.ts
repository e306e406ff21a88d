import 'server-only';
import { authenticate as authenticateBy, createProtect } from '../access';
import type { AccessToken } from '../token';
import { guardOptions } from './guard-options';

/** Guards a route handler of this app; see {@link Protect}. */
export const protect = createProtect(guardOptions);

/** The verified token of an `Authorization` header, or the answer that refuses it. */
export const authenticate = (authorization: string | null): Promise<AccessToken | Response> =>
  authenticateBy(authorization, guardOptions());
