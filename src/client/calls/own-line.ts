import type { Group } from '../../crypto/index.ts';
import type { Line } from './attempt.ts';
import { CALL_LIMITS } from './limits.ts';
import type { NamedTimers } from './named-timers.ts';
import type { CallTransport, CallTransportEvents } from './ports.ts';
import { createReceiving, type Receiving, type ReceivingPorts } from './receiving.ts';

/** What carries the own call now: one transport after the other, with the keys that it has and the streams that it takes. */
export interface OwnLine {
  /** Null: between two of them. */
  readonly transport: CallTransport | null;
  readonly receiving: Receiving | null;
  open(line: Line): void;
  rekey(group: Group): void;
  /** `keepsScreen`: what is captured for it goes on for a while, since who shared it is not asked again. */
  drop(keepsScreen: boolean): void;
  /** Another transport has what was captured for the one before. */
  dropFormer(): void;
}

interface Ports extends Omit<ReceivingPorts, 'transport'> {
  readonly timers: NamedTimers<'former'>;
}

export function createOwnLine({ timers, ...receivingPorts }: Ports): OwnLine {
  let line: (Line & { readonly receiving: Receiving }) | null = null;
  /** Of a screen that is captured still. */
  let former: CallTransport | null = null;

  function dropFormer(): void {
    timers.cancel('former');
    former?.close();
    former = null;
  }

  return {
    get transport() {
      return line?.transport ?? null;
    },
    get receiving() {
      return line?.receiving ?? null;
    },
    open(opened) {
      line = { ...opened, receiving: createReceiving({ ...receivingPorts, transport: opened.transport }) };
    },
    rekey: (group) => void line?.rekeying.to(group),
    drop(keepsScreen) {
      line?.rekeying.stop();
      line?.receiving.stop();
      if (line && keepsScreen && !former) {
        former = line.transport;
        timers.after('former', CALL_LIMITS.keepScreen, dropFormer);
      } else line?.transport.close();
      line = null;
    },
    dropFormer,
  };
}

/** Of a transport that was given up nothing comes any more. */
export function eventsUntil(signal: AbortSignal, events: CallTransportEvents): CallTransportEvents {
  const live =
    <P extends unknown[]>(run: (...parameters: P) => void) =>
    (...parameters: P) =>
      signal.aborted ? undefined : run(...parameters);
  return {
    onState: live(events.onState),
    onStopped: live(events.onStopped),
    onUnsealed: live(events.onUnsealed),
    onMedia: live(events.onMedia),
  };
}
