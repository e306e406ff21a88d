/** The provider: what it says of itself, how each kind is dealt with, and this app as its client. */

export { ProviderClient } from './client';
export { discover, metadataByHand, type ProviderMetadata } from './discovery';
export { lookalikeHint } from './lookalike';
export {
  baseScopes,
  fillInAll,
  kindIn,
  knownValues,
  type ProviderProfile,
  profileOf,
  signOutUrl,
} from './profile';
export { providerFetch } from './provider-fetch';
export { resourceParameters } from './refresh-parameters';
export {
  type ClientCredentials,
  clientCredentials,
  exchangeCode,
  grantedScopes,
  machineGrant,
  type TokenAnswer,
  type TokenGrant,
} from './token-endpoint';
export { verifierOptions } from './verifier-options';
