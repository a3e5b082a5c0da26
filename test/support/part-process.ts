import { readFileSync } from 'node:fs';

/** A part of the relay that runs as a process of its own. @returns its process id, or undefined between two of them */
export function partProcess(relay: number, part: 'file' | 'media'): number | undefined {
  const children = readFileSync(`/proc/${relay}/task/${relay}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  const found = children.filter((pid) => commandOf(pid).includes(`${part}-process.js`));
  if (found.length > 1) throw new Error(`${found.length} ${part} processes`);
  return found[0];
}

/** Empty once it is gone. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
