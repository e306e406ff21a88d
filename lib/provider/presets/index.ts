import type { ProviderKind } from '../../token';
import { auth0 } from './auth0';
import { cognito } from './cognito';
import { entra } from './entra';
import { generic } from './generic';
import { okta } from './okta';
import type { Preset } from './preset';

export type { Preset };

/** How each kind of provider is dealt with; how its tokens are written is told by `lib/token/expectations.ts`. */
export const presets: Readonly<Record<ProviderKind, Preset>> = { cognito, auth0, entra, okta, generic };
