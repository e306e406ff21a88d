import 'server-only';
import { headers } from 'next/headers';
import { isLocal } from '../access';
import { type Inspection, type InspectOptions, inspect, inspectToken as inspectTokenBy } from '../inspect';
import { currentConfig } from './config';
import { providerProfile } from './provider';
import { verifier } from './verifier';

/** By the verifier that everything here judges by. */
const options = (): InspectOptions => ({ verifier: verifier(), profile: providerProfile(), clock: Date.now });

/** What this API thinks of a token in whatever was pasted. */
export const inspectText = (text: string): Promise<Inspection> => inspect(text, options());

/** The same of a token of somebody's session. */
export const inspectToken = (token: string): Promise<Inspection> => inspectTokenBy(token, options());

/** Whether this request comes from this machine, where some pages are open to everybody; see {@link isLocal}. */
export async function isOnThisMachine(): Promise<boolean> {
  const { baseUrl, host: listensOn } = currentConfig();
  return isLocal({ host: (await headers()).get('host'), baseUrl, listensOn });
}
