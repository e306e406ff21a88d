import { createHash } from 'node:crypto';

/** Identifiers that look random and are the same after every restart, made from what is stable. */

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** 43 characters of base64url. */
export function opaqueFrom(text: string): string {
  return digest(text).toString('base64url');
}

/** Lower-case hexadecimal digits. */
export function hexFrom(text: string, length: number): string {
  return digest(text).toString('hex').slice(0, length);
}

/** A UUID (RFC 9562 §5.8). */
export function uuidFrom(text: string): string {
  const bytes = digest(text).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** What every logout token says has happened (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} } as const;

/** `at_hash`: the left half of the SHA-256 of an access token (OpenID Connect Core §3.1.3.6). */
export function atHash(accessToken: string): string {
  return digest(accessToken).subarray(0, 16).toString('base64url');
}
