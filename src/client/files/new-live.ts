import type { Backoff } from './backoff.ts';
import { errorOf } from './ending.ts';
import type { Journal, TransferRecord } from './journal.ts';
import type { LiveTransfer } from './live.ts';
import type { FileSink, FileSource } from './ports.ts';

export interface LivePorts {
  makeBackoff(): Backoff;
  makeJournal<R extends TransferRecord>(record: R): Journal<R>;
}

/** A transfer as it begins, or as an earlier program left it. `at`: its source or target, where that is open. */
export function makeLive(record: TransferRecord, at: FileSource | FileSink | null, ports: LivePorts): LiveTransfer {
  const { ended } = record;
  const common = {
    run: null,
    backoff: ports.makeBackoff(),
    began: 0,
    finishing: false,
    error: ended && errorOf(ended),
    outcome: ended && { state: ended.state, path: ended.path },
  };
  if (record.direction === 'down')
    return {
      ...common,
      direction: 'down',
      phase: 'ready',
      journal: ports.makeJournal(record),
      sink: at as FileSink | null,
      written: null,
    };
  return {
    ...common,
    direction: 'up',
    phase: record.message === null ? 'ready' : 'parked',
    journal: ports.makeJournal(record),
    source: at as FileSource | null,
    pipeline: null,
    asking: false,
    creating: null,
  };
}
