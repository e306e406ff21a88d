/**
 * A file or a pipe as text: UTF-8, or UTF-16 where it says so, as PowerShell writes. What is neither gives odd characters,
 * never an error.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}
