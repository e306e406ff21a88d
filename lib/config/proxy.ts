import type { Fields } from './fields';

/** The way out to the provider where there is no direct one. */
export interface ProxySettings {
  /** `http:` or `https:` URL without credentials; may be shown. */
  readonly url: string;
  /** `Proxy-Authorization` for it; a secret. */
  readonly authorization: string | undefined;
  /** Hosts that are reached directly, as NO_PROXY lists them: `example.com`, `.example.com`, `*.example.com`, `host:8443`, `*`. */
  readonly except: readonly string[];
}

/** Small letters count for more, as everywhere. A provider is talked to by https, so that HTTP_PROXY is the second choice. */
const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/** Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not. */
export function readProxy(fields: Fields): ProxySettings | undefined {
  const variable = variables.find((name) => fields.text(name) !== undefined);
  if (variable === undefined) return undefined;
  const text = fields.text(variable) ?? '';
  const written = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return fields.complain(
      variable,
      'is not the URL of an HTTP proxy',
      'write it as http://proxy.example:3128 (SOCKS proxies cannot be used)',
    );
  }
  const except = (fields.text('no_proxy') ?? fields.text('NO_PROXY') ?? '').toLowerCase();
  return {
    url: url.origin,
    authorization: credentials(fields, variable, url),
    except: except.split(/[\s,]+/).filter(Boolean),
  };
}

function credentials(fields: Fields, variable: string, { username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    return fields.complain(variable, 'has a user name or password with a stray %', 'write a % as %25');
  }
}
