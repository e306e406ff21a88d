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
  | 'issuer_mismatch'
  | 'unsupported';

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
    /** In a word, where there is one: the issuer that was named instead, the error code of the network, or the status. */
    readonly found?: string,
  ) {
    super(message);
  }

  /** Whether it may pass by itself. If not, somebody has to change a setting, here or there, and waiting is no advice. */
  get passes(): boolean {
    const { code, found = '' } = this;
    if (code === 'status') return /^(5\d\d|408|425|429)$/.test(found);
    return code === 'timeout' || (code === 'unreachable' && !/^ENOTFOUND$|answered 40[37]$/.test(found));
  }
}

/** A trouble in sentences for a person, and for whoever has to act. */
export function inSentences({
  passes,
  message,
  hint,
}: Pick<ProviderTrouble, 'passes' | 'message' | 'hint'>): string {
  const advice = passes ? 'Try again in a moment.' : 'This does not pass by itself.';
  return `${message.replace(/\.$/, '')}. ${advice} For whoever runs this app: ${hint}.`;
}

/** Told by name: bundles of one process do not share classes, so `instanceof` would miss some. */
export function isProviderTrouble(error: unknown): error is ProviderTrouble {
  return error instanceof Error && error.name === 'ProviderTrouble';
}
