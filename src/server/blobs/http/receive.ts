import type { IncomingMessage } from 'node:http';
import { CodedError } from '../../../protocol/index.ts';
import { type Clock, passedSince } from '../../clock.ts';
import type { FileLimits } from '../file-limits.ts';
import type { Upload } from '../storage.ts';

/** What all uploads may have waiting for the disk, shared evenly. */
export interface ReceivingBudget {
  enter(): () => void;
  /** Bytes that one of them may have waiting now. */
  readonly share: number;
}

export function createReceivingBudget({ pending, pendingInAll, pendingLeast }: FileLimits): ReceivingBudget {
  let count = 0;
  return {
    enter() {
      count += 1;
      return () => void (count -= 1);
    },
    get share() {
      return Math.max(pendingLeast, Math.min(pending, Math.floor(pendingInAll / Math.max(1, count))));
    },
  };
}

export interface Receiving {
  readonly body: IncomingMessage;
  readonly upload: Upload;
  /** When something came last. */
  readonly activity: { heard: number };
  readonly budget: ReceivingBudget;
  readonly clock: Clock;
  readonly limits: FileLimits;
  /** Bytes that may come. */
  readonly most: number;
  /** After each so many bytes `onUnit` is waited for. */
  readonly unit: number;
  readonly onUnit: () => Promise<void>;
}

/**
 * Hands what comes to the disk in large pieces, and makes the sender wait while the disk is behind. No promise for each chunk: there are
 * sixty a megabyte.
 * @returns how many bytes came. Rejects with `too_large`, `too_slow`, `cut`, and what writing and `onUnit` reject with
 */
export function receive({ body, upload, activity, budget, clock, limits, most, unit, onUnit }: Receiving): Promise<number> {
  return new Promise((resolve, reject) => {
    const leave = budget.enter();
    let gathered: Buffer[] = [];
    let [size, pending, received, unflushed] = [0, 0, 0, 0];
    let nextUnit = unit;
    let inUnit = false;
    let ended = false;
    let settled = false;
    let cancelWatch = clock.after(limits.stall, watch);

    function watch(): void {
      // Whoever is made to wait by us is not slow.
      if (body.isPaused()) activity.heard = clock.now();
      const idle = passedSince(activity.heard, clock);
      if (idle >= limits.stall) return fail(new CodedError('too_slow'));
      cancelWatch = clock.after(limits.stall - idle, watch);
    }

    function settle(): void {
      settled = true;
      leave();
      cancelWatch();
      body.off('data', take).off('end', end).off('close', close).off('error', close);
      body.pause();
    }

    function fail(error: unknown): void {
      if (settled) return;
      settle();
      reject(error);
    }

    function take(chunk: Buffer): void {
      activity.heard = clock.now();
      if (received + chunk.length > most) return fail(new CodedError('too_large'));
      const room = nextUnit - received;
      if (chunk.length < room) return keep(chunk);
      keep(chunk.subarray(0, room));
      nextUnit += unit;
      hand();
      inUnit = true;
      const rest = chunk.subarray(room);
      onUnit().then(() => {
        inUnit = false;
        if (settled) return;
        // What is left of a chunk is smaller than a unit.
        if (rest.length > 0) keep(rest);
        goOn();
      }, fail);
      weighUp();
    }

    function keep(chunk: Buffer): void {
      if (chunk.length === 0) return;
      received += chunk.length;
      gathered.push(chunk);
      size += chunk.length;
      pending += chunk.length;
      if (size >= limits.gather || pending >= budget.share) hand();
      weighUp();
    }

    function hand(): void {
      if (size === 0) return;
      const handed = size;
      const written = upload.write(gathered);
      gathered = [];
      size = 0;
      written.then(() => {
        pending -= handed;
        unflushed += handed;
        if (unflushed >= limits.flush) {
          unflushed = 0;
          upload.flush();
        }
        goOn();
      }, fail);
    }

    function weighUp(): void {
      if (inUnit || pending >= budget.share) body.pause();
    }

    function goOn(): void {
      if (settled || inUnit) return;
      if (ended) return finish();
      if (body.isPaused() && pending < budget.share) body.resume();
    }

    function end(): void {
      ended = true;
      hand();
      goOn();
    }

    function finish(): void {
      // `commit` waits for what is being written.
      settle();
      resolve(received);
    }

    function close(): void {
      if (!ended) fail(new CodedError('cut'));
    }

    // It broke off while room was being made for it: that is told once.
    if (body.destroyed) return close();
    body.on('data', take).on('end', end).on('close', close).on('error', close);
  });
}
