import { CodedError } from '../../protocol/index.ts';
import type { DownloadRecord } from './download-steps.ts';
import type { Downloader } from './download.ts';
import type { Outcome } from './ending.ts';
import { asCoded, judge } from './faults.ts';
import { createFinishing, release } from './finishing.ts';
import type { Journal, TransferRecord } from './journal.ts';
import { doneOf, isAsking, type LiveDownload, type LiveTransfer, type LiveUpload } from './live.ts';
import { type LivePorts, makeLive } from './new-live.ts';
import type { FileSink, FileSource } from './ports.ts';
import type { Teller } from './teller.ts';
import { drop, type Uploader } from './upload.ts';
import type { UploadRecord } from './upload-steps.ts';

/** All transfers of this device: which of them run, and what people want of them. */
export interface Transfers {
  add(record: UploadRecord, source: FileSource | null): LiveUpload;
  add(record: DownloadRecord, sink: FileSink | null): LiveDownload;
  all(): readonly LiveTransfer[];
  /** Starts what may run. */
  pump(): void;
  /** The relay is back: what waits for it waits no longer. */
  wake(): void;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  cancel(id: string): Promise<void>;
  reopen(id: string, at: FileSource | FileSink): Promise<void>;
  /** Ends it as it is, whatever it was doing. */
  fail(live: LiveTransfer, error: CodedError): Promise<void>;
  end(live: LiveTransfer, outcome: Outcome): Promise<void>;
  /** Ends what an earlier program left in the middle of ending. */
  settle(live: LiveTransfer): Promise<void>;
  close(): Promise<void>;
}

interface Ports extends LivePorts {
  readonly uploader: Uploader;
  readonly downloader: Downloader;
  readonly teller: Teller;
  /** Stores how it ended, and what the relay is owed for it. */
  conclude(live: LiveTransfer): Promise<void>;
  /** Leaves nothing of it, here or at the relay, but what is done. */
  clean(live: LiveTransfer): Promise<void>;
  onFault(error: CodedError): void;
}

/** So many run at a time in each direction: one fills the network, the other its pauses. */
const RUNNING = 2;

export function createTransfers(ports: Ports): Transfers {
  const { uploader, downloader, teller } = ports;
  const lives = new Map<string, LiveTransfer>();
  const finishing = createFinishing({
    ...ports,
    strike: (live) => void lives.delete(live.journal.record.id),
    onOver: pump,
  });
  let closed = false;

  const inOrder = () => [...lives.values()].toSorted((a, b) => a.journal.record.order - b.journal.record.order);

  function pump(): void {
    if (closed) return;
    for (const direction of ['up', 'down'] as const) {
      const all = inOrder().filter((live) => live.direction === direction);
      const free = RUNNING - all.filter(({ phase }) => phase === 'running').length;
      const next = all.filter(({ phase, journal, outcome, run }) => phase === 'ready' && !journal.record.paused && !outcome && !run);
      for (const live of next.slice(0, Math.max(0, free))) launch(live);
    }
  }

  function launch(live: LiveTransfer): void {
    const abort = new AbortController();
    live.phase = 'running';
    live.began = doneOf(live);
    const over = work(live, abort.signal).then((after) => {
      live.run = null;
      if (!live.outcome && !abort.signal.aborted) teller.state(live);
      after?.();
      pump();
    });
    live.run = { abort, over };
    // Why it waited is so until the relay says where it stands.
    if (!isAsking(live)) live.error = null;
    teller.state(live);
  }

  /** Never rejects. @returns what is to follow */
  async function work(live: LiveTransfer, signal: AbortSignal): Promise<(() => void) | undefined> {
    try {
      const result = live.direction === 'up' ? await uploader.run(live, signal) : await downloader.run(live, signal);
      // Somebody may have given it again in this moment.
      if (result === 'absent') live.phase = isHere(live) ? 'ready' : 'absent';
      else if (result === 'sent') await park(live);
      else await end(live, { state: 'done', path: result.path });
    } catch (error) {
      // Paused, cancelled or closed: whoever did that goes on from here.
      if (!signal.aborted) return yieldTo(live, asCoded(error));
    }
    return undefined;
  }

  /** Sent: its message goes its own way. */
  async function park(live: LiveTransfer): Promise<void> {
    live.phase = 'parked';
    await release(live);
  }

  async function yieldTo(live: LiveTransfer, error: CodedError): Promise<(() => void) | undefined> {
    const verdict = judge(error);
    if (verdict === 'fail') {
      await finishing.finish(live, { state: 'failed', path: null }, error);
      return undefined;
    }
    live.finishing = false;
    live.error = error;
    if (verdict === 'wait') return () => live.backoff.later(() => launch(live));
    live.phase = 'aside';
    forgetSealed(live);
    return () => live.backoff.later(() => comeBack(live));
  }

  function comeBack(live: LiveTransfer): void {
    live.phase = 'ready';
    pump();
  }

  /** What can be read again takes no memory while it waits for a person or its room. */
  function forgetSealed(live: LiveTransfer): void {
    if (live.direction === 'up' && live.journal.record.size !== null) drop(live);
  }

  async function halt(live: LiveTransfer): Promise<void> {
    live.backoff.cancel();
    live.run?.abort.abort(new CodedError('withdrawn'));
    await live.run?.over;
    live.backoff.cancel();
  }

  /** For good: a target that keeps it waiting is not waited for. */
  function stop(live: LiveTransfer): Promise<void> {
    if (live.direction === 'down') live.sink?.interrupt?.();
    return halt(live);
  }

  function get(id: string): LiveTransfer {
    const live = lives.get(id);
    if (!live || live.outcome) throw new CodedError('no_such_transfer', { transfer: id.slice(0, 40) });
    return live;
  }

  function noteOf<R extends TransferRecord>(journal: Journal<R>, paused: boolean): Promise<void> {
    return journal.update({ ...journal.record, paused });
  }
  const setPaused = (live: LiveTransfer, paused: boolean) =>
    live.direction === 'up' ? noteOf(live.journal, paused) : noteOf(live.journal, paused);

  const end = (live: LiveTransfer, outcome: Outcome) => finishing.finish(live, outcome, null);

  function add(record: TransferRecord, at: FileSource | FileSink | null): LiveTransfer {
    const live = makeLive(record, at, ports);
    lives.set(record.id, live);
    return live;
  }

  return {
    add: add as Transfers['add'],
    all: inOrder,
    pump,
    end,
    settle: finishing.settle,
    async fail(live, error) {
      await stop(live);
      await finishing.finish(live, { state: 'failed', path: null }, error);
    },

    wake() {
      for (const live of inOrder()) {
        if (!live.backoff.waits) continue;
        live.backoff.cancel();
        live.backoff.reset();
        if (live.phase === 'aside') live.phase = 'ready';
        else launch(live);
      }
      pump();
    },

    async pause(id) {
      const live = get(id);
      if (live.phase === 'parked' || live.finishing || live.journal.record.paused) return;
      const stored = setPaused(live, true);
      // It is awaited once what runs has stopped.
      stored.catch(() => {});
      await halt(live);
      await stored;
      // It was sent before anybody could stop it.
      if (isSent(live)) return;
      if (live.phase !== 'absent') live.phase = 'ready';
      forgetSealed(live);
      live.error = null;
      teller.state(live);
      pump();
    },

    async resume(id) {
      const live = get(id);
      if (!live.journal.record.paused && live.phase !== 'running' && live.phase !== 'aside') return;
      await setPaused(live, false);
      live.backoff.reset();
      if (live.backoff.waits) {
        live.backoff.cancel();
        if (live.phase === 'running') launch(live);
        else live.phase = 'ready';
      }
      if (!live.outcome) teller.state(live);
      pump();
    },

    async cancel(id) {
      const live = get(id);
      await stop(live);
      // It was done before anybody could stop it.
      await end(live, { state: 'cancelled', path: null });
    },

    async reopen(id, at) {
      const live = get(id);
      if (isHere(live) || isSent(live)) throw new CodedError('no_such_transfer', { transfer: id.slice(0, 40) });
      if (live.direction === 'up') await uploader.adopt(live, at as FileSource);
      else await downloader.adopt(live, at as FileSink);
      if (live.phase === 'absent') live.phase = 'ready';
      teller.state(live);
      pump();
    },

    async close() {
      closed = true;
      await Promise.all(inOrder().map(stop));
      await finishing.idle();
      await Promise.all(inOrder().map((live) => release(live).catch(() => {})));
      for (const live of lives.values()) teller.forget(live);
    },
  };
}

const isHere = (live: LiveTransfer) => (live.direction === 'up' ? live.source : live.sink) !== null;
const isSent = (live: LiveTransfer) => live.outcome !== null || live.phase === 'parked';
