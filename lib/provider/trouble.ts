/** How talking to the provider went wrong. */
export type TroubleCode =
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'status'
  | 'redirect'
  | 'too_large'
  | 'not_json'
  | 'malformed'
  | 'issuer_mismatch';

/**
 * The provider could not be used: our trouble or its own, never the caller's fault. `message` is for operators and
 * names the URL; `hint` says what to change.
 */
export class ProviderTrouble extends Error {
  override readonly name = 'ProviderTrouble';
  constructor(
    readonly code: TroubleCode,
    message: string,
    readonly hint: string,
    /** In a word, where there is one: the issuer that was named instead, or the error code of the network. */
    readonly found?: string,
  ) {
    super(message);
  }
}

/** Told by name: bundles of one process do not share classes, so `instanceof` would miss some. */
export function isProviderTrouble(error: unknown): error is ProviderTrouble {
  return error instanceof Error && error.name === 'ProviderTrouble';
}
