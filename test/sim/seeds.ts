/** `17`, or `1000-1999`. */
export function seedsOf(text: string): [number, number] {
  const [first, last = first] = text.split('-').map(Number);
  return [first as number, last as number];
}
