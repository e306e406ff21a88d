import type { RemoteErrorCode } from './document';

/**
 * The provider could not be used: our trouble or its own, never the caller's fault. `message` is for operators and
 * names the URL; `hint` says what to change.
 */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  constructor(
    readonly code: RemoteErrorCode,
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

  /** Names what `fetch`, or the body it brought, has failed with. @param limit milliseconds that it was given */
  static of(error: unknown, url: string, limit: number): RemoteError {
    if (error instanceof RemoteError) return error;
    const { name, cause } = error as Error & { cause?: { code?: string; proxy?: string } };
    if (name === 'TimeoutError' || name === 'AbortError') {
      const late = `${url} did not answer within ${limit / 1000} s`;
      return new RemoteError('timeout', late, 'check that the provider is up');
    }
    const code = cause?.code || name;
    if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code)) {
      const message = `the certificate of ${url} is not trusted (${code})`;
      return new RemoteError('certificate', message, hints.certificate, code);
    }
    // Whoever asked by a proxy has noted that in the cause.
    const by = cause?.proxy === undefined ? '' : ` by the proxy ${cause.proxy}`;
    const hint = by ? hints.proxy : lost.test(code) ? hints.lost : hints.other;
    return new RemoteError('unreachable', `${url} cannot be reached${by} (${code})`, hint, code);
  }
}

const lost = /ENOTFOUND|EAI_AGAIN|TIMEDOUT|CONNECT_TIMEOUT|UNREACH/;
const hints = {
  certificate: 'for a private certificate authority set NODE_EXTRA_CA_CERTS to its certificate file',
  proxy:
    'check HTTPS_PROXY, and that the proxy lets this host through; NO_PROXY lists what is reached directly',
  lost: 'check the host name and the network; where only a proxy leads out, set HTTPS_PROXY',
  other: 'check the URL and the network',
};

/** Told by name: bundles of one process do not share classes, so `instanceof` would miss some. */
export function isRemoteError(error: unknown): error is RemoteError {
  return error instanceof Error && error.name === 'RemoteError';
}
