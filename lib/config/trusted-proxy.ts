import { isIP } from 'node:net';
import type { Fields } from './fields';

/** Whose `X-Forwarded-For` counts: proxies with these addresses or ranges (CIDR), or so many proxies in front. */
export type TrustedProxy = { readonly addresses: readonly string[] } | { readonly hops: number };

/** Reads `TRUSTED_PROXY`. @returns undefined where nobody is trusted */
export function readTrustedProxy(fields: Fields): TrustedProxy | undefined {
  const variable = 'TRUSTED_PROXY';
  const entries = fields.list(variable);
  const [first] = entries;
  if (first === undefined) return undefined;
  if (entries.length === 1 && /^[1-9]$/.test(first)) return { hops: Number(first) };
  const wrong = entries.find((entry) => !isAddressRange(entry));
  if (wrong === undefined) return { addresses: entries };
  return fields.complain(
    variable,
    `"${wrong}" is neither an IP address, nor a range of them, nor a number of proxies from 1 to 9`,
    'list the addresses of your proxies (10.0.0.0/8,192.0.2.7), or say how many stand in front (1)',
  );
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
