import { randomBytes } from 'node:crypto';
import { contentSecurityPolicy } from './content-security-policy';

export interface PageSecurity {
  readonly nonce: string;
  readonly policy: string;
}

/** A fresh nonce and the policy that names it, for one page. */
export function pageSecurity(options: { secure: boolean }): PageSecurity {
  const nonce = randomBytes(16).toString('base64');
  const development = process.env.NODE_ENV === 'development';
  return { nonce, policy: contentSecurityPolicy({ ...options, nonce, development }) };
}
