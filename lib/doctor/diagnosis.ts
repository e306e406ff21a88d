import type { Evidence, KnownProvider } from './evidence';

/** `warn`: it works, or cannot be told from here; `skipped`: what it looks at is missing, and `found` says why. */
export type Result = 'pass' | 'warn' | 'fail' | 'skipped';

/** What a diagnosis says, in sentences for people. Never a secret, a token or a code. */
export interface Finding {
  readonly result: Result;
  readonly found: string;
  /** What to change, and where: a variable, or a place in the provider's own console. */
  readonly change?: string;
}

/** One thing that has to be right for people to sign in. */
export interface Diagnosis {
  /** Stable name, as in `--json`. */
  readonly name: string;
  readonly title: string;
  readonly examine: (evidence: Evidence) => Finding | Promise<Finding>;
}

/** A diagnosis that was made. */
export interface Line extends Finding {
  readonly name: string;
  readonly title: string;
}

export const pass = (found: string, change?: string): Finding => ({ result: 'pass', found, change });
export const warn = (found: string, change?: string): Finding => ({ result: 'warn', found, change });
export const fail = (found: string, change: string): Finding => ({ result: 'fail', found, change });
export const skipped = (found: string): Finding => ({ result: 'skipped', found });

/** A diagnosis for which the provider's metadata must be known. */
export function ofProvider(
  examine: (provider: KnownProvider, evidence: Evidence) => Finding | Promise<Finding>,
): Diagnosis['examine'] {
  return async (evidence) => {
    const discovery = await evidence.discovery();
    if (discovery.state === 'known') return examine(discovery.provider, evidence);
    if (discovery.state === 'not running') return skipped('The embedded provider is not running.');
    return skipped('Nothing is known of the provider; see “discovery”.');
  };
}
