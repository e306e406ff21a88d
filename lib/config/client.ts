import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ClientKey, parseClientKey, UnusableKey } from './client-key';
import { clientAuths } from './config';
import type { Fields } from './fields';

/** How this app proves to a provider of its own who it is: with a secret, with a key, or not at all. */
export function readClient(fields: Fields, directory: string) {
  const clientSecret = fields.text('OIDC_CLIENT_SECRET');
  const keyFile = fields.text('OIDC_CLIENT_KEY');
  const clientAuth = fields.optionalChoice('OIDC_CLIENT_AUTH', clientAuths);
  if (keyFile !== undefined && clientSecret !== undefined) {
    fields.complain(
      'OIDC_CLIENT_KEY',
      'is set beside OIDC_CLIENT_SECRET, and a client proves itself by one of them',
      'leave out the one that the provider does not expect',
    );
  }
  if (keyFile === undefined && clientAuth === 'private_key_jwt') {
    fields.complain(
      'OIDC_CLIENT_AUTH',
      'is private_key_jwt, but OIDC_CLIENT_KEY is not set',
      "set OIDC_CLIENT_KEY to the file with the client's private key",
    );
  }
  if (keyFile !== undefined && clientAuth !== undefined && clientAuth !== 'private_key_jwt') {
    fields.complain(
      'OIDC_CLIENT_AUTH',
      `is ${clientAuth}, but OIDC_CLIENT_KEY is set, which goes with private_key_jwt`,
      'leave OIDC_CLIENT_AUTH out',
    );
  }
  const clientKey = keyFile === undefined ? undefined : readKey(fields, keyFile, directory);
  return { clientSecret, clientKey, clientAuth };
}

function readKey(fields: Fields, text: string, directory: string): ClientKey | undefined {
  const complain = (problem: string, fix: string) => fields.complain('OIDC_CLIENT_KEY', problem, fix);
  // Whoever puts the key itself here must not find it in a log.
  if (/^\{|-----|\n/.test(text)) {
    return complain('holds a key instead of the path of its file', 'put the key into a file, and name that');
  }
  const file = path.resolve(directory, text);
  try {
    return { file, ...parseClientKey(readFileSync(file, 'utf8')) };
  } catch (error) {
    if (error instanceof UnusableKey) return complain(`names a file that ${error.message}`, error.fix);
    const { code } = error as NodeJS.ErrnoException;
    return complain(
      `names a file that cannot be read (${code})`,
      'give its path, relative to the project folder, and let the user that runs the app read it',
    );
  }
}
