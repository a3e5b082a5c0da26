import { CodedError, type RelayFrame, toHex } from '../../protocol/index.ts';
import type { Calls, CallView, ClientEvent } from '../api.ts';
import { createEphemeral } from '../ephemeral/index.ts';
import { asCoded } from '../files/faults.ts';
import { isOver } from '../room/records.ts';
import type { RoomPorts } from '../room/state.ts';
import type { Rooms } from '../rooms.ts';
import { createCallLines } from './call-lines.ts';
import { createOwnCall, type OwnCall } from './own-call.ts';
import type { CallMedia } from './ports.ts';
import { createRoomCall, type RoomCall } from './room-call.ts';
import { withList, withoutList, withWord } from './roster.ts';
import { type Pictures, wishesOf } from './wishes.ts';

/** Calls, and what the client tells them. */
export interface CallWork {
  readonly calls: Calls;
  /** Frames that are about calls, or say that somebody came. @returns whether nobody else needs it */
  receive(frame: RelayFrame): boolean;
  /** To be called with each event that is told. */
  notice(event: ClientEvent): void;
  up(): void;
  down(): void;
  close(): Promise<void>;
}

/** @param media undefined where this platform has none: others' calls are seen, and not joined */
export function createCalls(ports: RoomPorts, rooms: Rooms, media: CallMedia | undefined): CallWork {
  const { clock, emit, connection } = ports;
  const device = toHex(ports.identity.device);
  const callsByRoom = new Map<string, RoomCall>();
  const timers = new Map<string, () => void>();
  /** Epoch and liveness of each room when it was looked at last. */
  const seen = new Map<string, string>();
  let own: OwnCall | null = null;
  let pictures: Pictures | null = null;
  const lines = createCallLines(ports, rooms);
  let closed = false;
  const ephemeral = createEphemeral(ports, rooms, {
    onWord(room, speaker, word) {
      const call = callOf(room);
      if (!call || speaker === device) return;
      call.roster = withWord(call.roster, speaker, word.body, clock.now());
      refresh(room);
    },
    onFault: (error) => emit({ event: 'error', error: asCoded(error) }),
  });

  function callOf(room: string): RoomCall | undefined {
    if (closed || !rooms.has(room)) return undefined;
    if (rooms.get(room).state.record.phase !== 'ready') return undefined;
    const call = callsByRoom.get(room) ?? createRoomCall(() => rooms.get(room).state, device);
    callsByRoom.set(room, call);
    return call;
  }

  const ownIn = (room: string) => (own?.room === room ? own : null);

  /** What people see of a room's call may be different. */
  function refresh(room: string): void {
    const call = callsByRoom.get(room);
    if (!call) return lines.look(room, undefined, null);
    const mine = ownIn(room);
    const before = call.shown;
    const now = clock.now();
    call.shown = call.view(mine, now);
    planNext(room, call);
    lines.look(room, call, mine);
    mine?.listed(rooms.get(room).state.live ? call.heardList && call.roster.listed.includes(device) : null);
    mine?.look();
    if (isSame(before, call.shown)) return;
    emit({ event: 'call', room });
  }

  function planNext(room: string, call: RoomCall): void {
    timers.get(room)?.();
    timers.delete(room);
    const at = call.nextChange(clock.now());
    if (at !== undefined && !closed)
      timers.set(
        room,
        clock.after(at - clock.now(), () => refresh(room)),
      );
  }

  /** The room may have another group, be live, or be over. */
  function look(room: string): void {
    const state = rooms.has(room) ? rooms.get(room).state : undefined;
    if (state?.record.phase !== 'ready') return forget(room);
    ephemeral.look(room);
    const now = `${state.group?.epoch} ${state.live}`;
    const call = callsByRoom.get(room);
    // Who was in before the connection was lost is in no more, unless the relay says it again.
    if (call && state.live && !call.heardList && !ownIn(room)) call.roster = withoutList(call.roster, clock.now());
    // What was said in another epoch, or before there was a way, the others may have missed.
    if (seen.get(room) !== now) ownIn(room)?.repeat(crowdOf(room));
    seen.set(room, now);
    refresh(room);
  }

  const crowdOf = (room: string) => callsByRoom.get(room)?.shown?.members.length ?? 0;

  function forget(room: string): void {
    seen.delete(room);
    const mine = ownIn(room);
    // Whoever waits to join hears why; who was in is told by the room itself.
    mine?.end(mine.stage.at === 'joining' ? absence(room) : null);
    timers.get(room)?.();
    timers.delete(room);
    const shown = callsByRoom.get(room)?.shown;
    callsByRoom.delete(room);
    lines.forget(room);
    if (shown) emit({ event: 'call', room });
  }

  function begin(room: string, call: RoomCall, wanted: { readonly microphone: boolean; readonly camera: boolean }, by: CallMedia): OwnCall {
    const { state } = rooms.get(room);
    // Who is in and has not said so yet counts, too: it is there, and nobody has to be called.
    const rings = state.live && call.roster.listed.every((one) => one === device) && call.view(null, clock.now()) === null;
    const began: OwnCall = createOwnCall(
      {
        ...ports,
        media: by,
        room: state.room,
        group: () => (rooms.has(room) ? rooms.get(room).state.group : null),
        say: (body) =>
          void ephemeral.say(room, { kind: 'call', body }).catch((error: unknown) => emit({ event: 'error', room, error: asCoded(error) })),
        wishes: () => wishesOf(callsByRoom.get(room)?.others(clock.now()) ?? [], pictures),
        onChange: () => refresh(room),
        onOver() {
          if (own === began) own = null;
          // Of another call other people are shown.
          pictures = null;
          refresh(room);
        },
      },
      { sources: [...(wanted.microphone ? (['microphone'] as const) : []), ...(wanted.camera ? (['camera'] as const) : [])], rings },
    );
    return began;
  }

  /** Why there can be no call. */
  function absence(room: string): CodedError {
    const phase = rooms.has(room) ? rooms.get(room).state.record.phase : 'joining';
    return new CodedError(isOver(phase) ? phase : 'not_inside');
  }

  function inCall(): OwnCall {
    if (!own) throw new CodedError('not_in_call');
    return own;
  }

  const calls: Calls = {
    view: (room) => callsByRoom.get(room)?.view(ownIn(room), clock.now()) ?? null,
    current: () => own?.room ?? null,
    async join(room, options) {
      if (!media) throw new CodedError('calls_unsupported', { because: 'platform' });
      const call = callOf(room);
      if (!call) throw absence(room);
      if (own?.room !== room) {
        if (!connection.up) throw new CodedError('offline');
        own?.end(null);
        own = begin(room, call, options, media);
        refresh(room);
      } else if (own.stage.at === 'waiting') own.up();
      await own.inside();
    },
    async leave() {
      own?.end(null);
    },
    turn: async (source, on) => inCall().turn(source, on),
    raiseHand: async (up) => inCall().raiseHand(up),
    dismiss(room) {
      callsByRoom.get(room)?.dismiss();
      refresh(room);
    },
    show(shown) {
      pictures = [...shown];
      own?.look();
    },
  };

  return {
    calls,
    receive(frame) {
      if (!('room' in frame)) return false;
      const room = toHex(frame.room);
      if (frame.t === 'ephemeral') ephemeral.receive(frame);
      else if (frame.t === 'call.members') takeList(room, frame.members.map(toHex));
      else if (frame.t === 'call.demand') ownIn(room)?.onDemand(frame.demand);
      else if (frame.t === 'call.ended') ownIn(room)?.onEnded(frame.code);
      else if (frame.t === 'presence' && frame.here) ownIn(room)?.repeat(crowdOf(room));
      return frame.t === 'ephemeral' || frame.t.startsWith('call.');
    },
    notice(event) {
      if (closed || !('room' in event) || event.room === undefined) return;
      if (event.event === 'changed' || event.event === 'ended' || event.event === 'words') look(event.room);
    },
    up: () => own?.up(),
    down() {
      for (const [room, call] of callsByRoom) {
        // Media goes on without the chat, and who is in it is known as it was, until the relay says it again or words hold no longer.
        call.heardList = false;
        refresh(room);
      }
    },
    async close() {
      own?.end(null);
      closed = true;
      lines.close();
      for (const cancel of timers.values()) cancel();
      await ephemeral.idle();
    },
  };

  function takeList(room: string, members: readonly string[]): void {
    const call = callOf(room);
    if (!call) return;
    call.heardList = true;
    call.roster = withList(call.roster, members, clock.now());
    // Also where the list is the same: somebody came anew, and has heard nothing.
    ownIn(room)?.repeat(members.length);
    refresh(room);
  }
}

const isSame = (a: CallView | null, b: CallView | null) => JSON.stringify(a) === JSON.stringify(b);
