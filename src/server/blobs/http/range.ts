/**
 * What a Range header asks of `length` bytes (RFC 9110 section 14): `to` is exclusive. What is malformed, of another unit, or more than one range
 * is as if it were not there: whole blobs are always an answer, and many small ranges of one would be a way to make much of little.
 */
export function parseRange(header: string | undefined, length: number): 'all' | 'none' | { readonly from: number; readonly to: number } {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'all';
  const [first, last] = [match[1] as string, match[2] as string];
  if (first === '') {
    const suffix = Math.min(Number(last), length);
    return suffix === 0 ? 'none' : { from: length - suffix, to: length };
  }
  const from = Number(first);
  const to = last === '' ? length : Math.min(Number(last) + 1, length);
  if (last !== '' && Number(last) < from) return 'all';
  return from >= length ? 'none' : { from, to };
}
