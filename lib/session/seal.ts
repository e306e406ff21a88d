import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Opens and closes what is kept at rest. */
export interface Seal {
  /** @param place what the sealed text belongs to; it opens nowhere else */
  close(text: string, place: string): string;
  /** @returns the text, or undefined where it was sealed with another secret, for another place, or tampered with */
  open(sealed: string, place: string): string | undefined;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) under keys derived from the session secrets (HKDF, RFC 5869).
 * @param secrets the first closes, all open: put a new one in front to rotate
 */
export function createSeal(secrets: readonly string[]): Seal {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'claimcheck session v1', 32)),
  );
  const [first] = keys;
  if (!first) throw new TypeError('createSeal needs at least one secret');
  return {
    close(text, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', first, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, place) {
      const [prefix, encoded] = sealed.split('.');
      if (prefix !== version || !encoded) return undefined;
      const bytes = Buffer.from(encoded, 'base64url');
      for (const key of keys) {
        const text = openWith(key, bytes, place);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function openWith(key: Buffer, bytes: Buffer, place: string): string | undefined {
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const nonce = bytes.subarray(0, nonceBytes);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(
      Buffer.from(place),
    );
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const body = bytes.subarray(nonceBytes + tagBytes);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
