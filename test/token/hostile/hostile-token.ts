import type { TokenContext } from '../tokens';

/** A token that must be refused. */
export interface HostileToken {
  readonly name: string;
  /** The name of the check that must refuse it. */
  readonly check: string;
  readonly make: (context: TokenContext) => string;
}

/** A table of one check: what is wrong, and the token that is. */
export function refusedBy(
  check: string,
  tokens: Readonly<Record<string, HostileToken['make']>>,
): HostileToken[] {
  return Object.entries(tokens).map(([name, make]) => ({ name, check, make }));
}

/** One token for each value of a list. */
export function forEach<T>(
  values: readonly T[],
  name: (value: T) => string,
  make: (context: TokenContext, value: T) => string,
): Record<string, HostileToken['make']> {
  return Object.fromEntries(
    values.map((value) => [name(value), (context: TokenContext) => make(context, value)]),
  );
}
