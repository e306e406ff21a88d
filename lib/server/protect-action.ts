import 'server-only';
import { headers } from 'next/headers';
import { unstable_rethrow as rethrow } from 'next/navigation';
import { createProtectAction } from '../access';
import { guardOptions } from './guard-options';
import { log } from './log';

/** Guards a server action of this app; see {@link createProtectAction}. */
export const protectAction = createProtectAction(() => ({
  ...guardOptions(),
  incoming: headers,
  rethrow,
  onError: (error) => log().error({ event: 'action_failed', reason: String(error) }),
}));
