import 'server-only';
import type { GuardOptions } from '../access';
import { currentConfig } from './config';
import { providerProfile } from './provider';
import { verifyToken } from './verifier';

/** What every guard of this app goes by. */
export function guardOptions(): GuardOptions {
  const { tokenPrefix, requestPrefix } = providerProfile();
  return { verify: verifyToken, baseUrl: currentConfig().baseUrl, tokenPrefix, requestPrefix };
}
