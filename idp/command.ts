import { idTokenLifetime } from './configuration';
import { rotateKeys } from './keys';
import type { IdentityProviderOptions } from './options';
import { traitsOf } from './personalities';

/** What a rotation needs to know of the provider whose keys it changes, running or not. */
export type RotatingProvider = Pick<
  IdentityProviderOptions,
  'personality' | 'dataDirectory' | 'keys' | 'accessTokenTtl' | 'issuer' | 'appBaseUrl' | 'audience' | 'port'
>;

/**
 * `npm run idp -- rotate`: has the embedded provider sign with other keys.
 * @param lead seconds until they sign
 * @returns a sentence, or a complaint with one
 */
export async function rotateCommand(
  provider: RotatingProvider,
  { lead, clock }: { lead: number; clock: () => number },
): Promise<{ readonly said: string } | { readonly complaint: string }> {
  const { dataDirectory, keys: given, accessTokenTtl } = provider;
  const traits = traitsOf({ ...provider, host: '127.0.0.1', scopes: [] });
  const keepFor = Math.max(accessTokenTtl, idTokenLifetime);
  try {
    const kids = await rotateKeys({ dataDirectory, ...traits }, { given, lead, keepFor, clock });
    const when = lead === 0 ? 'signs from now on' : `is published now and signs in ${lead} s`;
    return {
      said: `${kids[0]} ${when}. The key before it stays in the set for ${keepFor} s more, until its tokens have expired.`,
    };
  } catch (error) {
    return { complaint: (error as Error).message };
  }
}
