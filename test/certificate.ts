import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** One element of DER (ITU-T X.690 §8): tag, length, content. */
function element(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]) => element(0x30, ...parts);
const identifier = (hex: string) => element(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Buffer) => element(0x04, content);
const text = (value: string) => element(0x0c, Buffer.from(value));
const time = (at: Date) => element(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+/g, '')}`));

/** ecdsa-with-SHA256 (RFC 5758 §3.2). */
const algorithm = sequence(identifier('2a8648ce3d040302'));

const name = (commonName: string) =>
  sequence(element(0x31, sequence(identifier('550403'), text(commonName))));

/** What makes it an authority, for `localhost` (RFC 5280 §4.2.1.9 and §4.2.1.6). */
function extensions(): Buffer {
  const authority = sequence(
    identifier('551d13'),
    element(0x01, Buffer.from([0xff])),
    octets(sequence(element(0x01, Buffer.from([0xff])))),
  );
  const host = element(0x82, Buffer.from('localhost'));
  return element(0xa3, sequence(authority, sequence(identifier('551d11'), octets(sequence(host)))));
}

/**
 * A certificate for `localhost` that nobody trusts, as a company's own authority would issue it; valid for an hour.
 * @returns key and certificate as PEM
 * @source RFC 5280 §4.1
 */
export function privateCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name('Wonderland Authority'),
    sequence(time(new Date(now - 3_600_000)), time(new Date(now + 3_600_000))),
    name('Wonderland Authority'),
    publicKey.export({ format: 'der', type: 'spki' }),
    extensions(),
  );
  const signature = element(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  return { key: pem(privateKey), cert: armoured(sequence(toBeSigned, algorithm, signature)) };
}

const pem = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }) as string;

const armoured = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
