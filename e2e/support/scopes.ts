import type { Action } from '../../lib/access/actions';
import { presets } from '../../lib/provider/presets';
import type { RunningApp } from './app';

/** A strict provider and Keycloak are of no kind that differs from the rest. */
const preset = ({ personality }: RunningApp) =>
  presets[personality === 'standard' || personality === 'keycloak' ? 'generic' : personality];

/** The scope of an action as the app asks for it and speaks of it to people. */
export const asked = (app: RunningApp, action: Action) =>
  preset(app).scopePrefix.replace('{api}', 'claimcheck') + action;

/** The same as it stands in tokens. */
export const granted = (app: RunningApp, action: Action) =>
  preset(app).prefixInTokens ? asked(app, action) : action;
