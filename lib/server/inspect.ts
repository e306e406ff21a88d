import 'server-only';
import { headers } from 'next/headers';
import { isLocal } from '../access';
import { type Inspection, inspect } from '../inspect';
import { currentConfig } from './config';
import { providerProfile } from './provider';
import { verifier } from './verifier';

/** What this API thinks of a token in whatever was pasted, by the verifier that everything here judges by. */
export const inspectText = (text: string): Promise<Inspection> =>
  inspect(text, { verifier: verifier(), profile: providerProfile(), clock: Date.now });

/** Whether this request comes from this machine, where some pages are open to everybody; see {@link isLocal}. */
export async function isOnThisMachine(): Promise<boolean> {
  const { baseUrl, host: listensOn } = currentConfig();
  return isLocal({ host: (await headers()).get('host'), baseUrl, listensOn });
}
