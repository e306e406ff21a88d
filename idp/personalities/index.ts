import type { Personality } from '../../lib/config/personality';
import type { IdentityProviderOptions } from '../options';
import { auth0 } from './auth0';
import { cognito } from './cognito';
import { entra } from './entra';
import { keycloak } from './keycloak';
import { standard } from './standard';
import type { PersonalityTraits } from './traits';

const traits: Readonly<Record<Personality, (options: IdentityProviderOptions) => PersonalityTraits>> = {
  standard,
  cognito,
  auth0,
  entra,
  keycloak,
};

/** What the provider that is asked for does where an app can notice. */
export function traitsOf(options: IdentityProviderOptions): PersonalityTraits {
  return traits[options.personality](options);
}
