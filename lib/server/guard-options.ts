import 'server-only';
import type { GuardOptions } from '../access';
import { currentConfig } from './config';
import { limiters } from './limits';
import { providerProfile } from './provider';
import { verifyToken } from './verifier';

/** What every guard of this app goes by. */
export function guardOptions(): GuardOptions {
  const { tokenPrefix, requestPrefix } = providerProfile();
  const { baseUrl } = currentConfig();
  return { verify: verifyToken, baseUrl, tokenPrefix, requestPrefix, limits: limiters() };
}
