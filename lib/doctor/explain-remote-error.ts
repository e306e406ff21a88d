import type { RemoteError } from '../remote';
import { type Finding, fail } from './diagnosis';

interface Words {
  readonly match: RegExp;
  readonly found: string;
  readonly change: string;
}

const extraCa =
  'If a private certificate authority signed it: NODE_EXTRA_CA_CERTS=/path/to/its.pem in the environment of the process (Node reads it at start, so .env.local is too late).';

/** By the error code of the network, of TLS or of `fetch`. */
const byNetworkCode: readonly Words[] = [
  {
    match: /ENOTFOUND|EAI_AGAIN/,
    found: 'its host name is not known to DNS',
    change:
      'Check the host name for typing errors, and that this machine can resolve it. Where only a proxy leads out, set HTTPS_PROXY.',
  },
  {
    match: /ECONNREFUSED/,
    found: 'nothing listens there: the connection was refused',
    change: 'Start the provider, or correct host and port.',
  },
  {
    match: /TIMEOUT|TIMEDOUT|ENETUNREACH|EHOSTUNREACH/,
    found: 'the connection could not be made in time',
    change:
      'Check firewall, proxy and VPN between this machine and the provider. Where only a proxy leads out, set HTTPS_PROXY.',
  },
  {
    match: /WRONG_VERSION_NUMBER|EPROTO|PACKET_LENGTH/,
    found: 'it does not speak TLS there',
    change: 'Check the port, and whether a proxy in between speaks plain http.',
  },
  {
    match: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    found: 'its certificate is not valid today',
    change: "Renew the provider's certificate, and check this machine's date.",
  },
  {
    match: /ALTNAME/,
    found: 'its certificate is for another host name',
    change: "Use the host name of the provider's certificate.",
  },
  {
    match: /CERT|SELF_SIGNED|UNABLE_TO|ISSUER/,
    found: 'its certificate is not trusted here',
    change: extraCa,
  },
];

/** The finding for a document of the provider that could not be fetched. */
export function explainRemoteError(error: RemoteError, variable: string): Finding {
  const { code, found = '', message, hint } = error;
  if (/cannot be reached by the proxy/.test(message)) return fail(`${message}.`, sentence(hint));
  const words = byNetworkCode.find(({ match }) => match.test(found));
  if ((code === 'unreachable' || code === 'certificate') && words) {
    return fail(`${message}: ${words.found}.`, words.change);
  }
  if (code === 'timeout') {
    return fail(
      `${message.replace(/ did not answer.*/, '')} did not answer in time.`,
      'Check that the provider is up, and firewall, proxy and VPN in between.',
    );
  }
  if (/must be an https URL/.test(message)) {
    return fail(
      `${message}. Codes and tokens would cross the network in the clear.`,
      "Let the provider publish https addresses: behind a proxy that ends TLS, set the provider's public URL or forwarded headers.",
    );
  }
  if (code === 'status' && / 40[04]$/.test(message)) {
    return fail(`${message}.`, `Check ${variable}: path, tenant or realm included.`);
  }
  return fail(`${message}.`, sentence(hint));
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
