import 'server-only';
import { type GuardOptions, signInRules } from '../access';
import { allActions } from '../access/actions';
import { ConfigError } from '../config';
import { currentConfig } from './config';
import { limiters } from './limits';
import { perProcess } from './per-process';
import { providerProfile } from './provider';
import { verifyToken } from './verifier';

/** What every guard of this app goes by. */
export function guardOptions(): GuardOptions {
  const { tokenPrefix, requestPrefix } = providerProfile();
  const { baseUrl } = currentConfig();
  return {
    verify: verifyToken,
    baseUrl,
    tokenPrefix,
    requestPrefix,
    limits: limiters(),
    signIn: signInGuard(),
  };
}

/** How recent or strong a sign-in must be for what; undefined where nothing asks for it. @throws {ConfigError} */
export function signInGuard(): GuardOptions['signIn'] {
  return perProcess('sign-in-guard', () => {
    const { stepUp, provider } = currentConfig();
    const rules = signInRules(stepUp.maxAge, stepUp.acrValues);
    if ('unknown' in rules) throw unknownAction(String(rules.unknown), stepUp);
    const { clockTolerance: tolerance } = provider;
    return Object.keys(rules).length > 0 ? { rules, tolerance, clock: Date.now } : undefined;
  });
}

function unknownAction(name: string, { maxAge }: { maxAge: object }): ConfigError {
  const variable = name in maxAge ? 'STEP_UP_MAX_AGE' : 'STEP_UP_ACR_VALUES';
  const fix = `use one of: ${allActions.join(', ')}`;
  return new ConfigError([{ variable, problem: `there is no action "${name}"`, fix }]);
}
