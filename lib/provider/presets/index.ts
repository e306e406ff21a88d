import type { PresetName } from '../../config/config';
import { auth0 } from './auth0';
import { cognito } from './cognito';
import { entra } from './entra';
import { generic } from './generic';
import { okta } from './okta';
import type { KnownIssuer, Preset } from './preset';

export type { Preset };

/** What is known of each kind of provider. */
export const presets: Readonly<Record<PresetName, Preset>> = { cognito, auth0, entra, okta, generic };

/** The kind of provider that an issuer is certainly of; `generic` where its name says nothing. */
export function presetOf(issuer: string): PresetName {
  const names = Object.keys(presets) as PresetName[];
  return names.find((name) => knownIssuer(presets[name], issuer) !== undefined) ?? 'generic';
}

/** What is known of an issuer at this kind of provider, if it is one of its addresses. */
export function knownIssuer({ recognises }: Preset, issuer: string): KnownIssuer | undefined {
  return recognises.find(({ pattern }) => pattern.test(issuer));
}
