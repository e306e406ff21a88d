/**
 * What an ending of sessions came to, in a sentence.
 * @param ended the query's `ended`, from whoever wrote the address; anything but a small number says nothing
 */
export function endedText(ended: unknown): string | undefined {
  if (typeof ended !== 'string' || !/^(0|[1-9]\d?)$/.test(ended)) return undefined;
  if (ended === '0') return 'No session was ended: there was none to end any more.';
  return ended === '1' ? 'One session was ended.' : `${ended} sessions were ended.`;
}
