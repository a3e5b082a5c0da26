import type { Transfer } from '../../src/client/index.ts';
import { HERE } from './fake-engine.ts';

/** A file that comes, of which nothing is here yet. */
export function transferOf(change: Partial<Transfer> = {}): Transfer {
  return {
    id: 'aa11bb22cc33dd44',
    room: HERE,
    direction: 'down',
    name: 'report.pdf',
    file: '3fa2'.padEnd(32, '0'),
    state: 'running',
    done: 0,
    total: 1_000_000,
    began: 0,
    folder: false,
    place: null,
    error: null,
    path: null,
    ...change,
  };
}
