import type { CallMember, Calls, CallView, ClientEvent } from '../../client/index.ts';
import { type CallSource, CodedError } from '../../protocol/index.ts';
import { deviceOf, OWN } from './fake-device.ts';

type About = Partial<Pick<CallMember, 'sources' | 'hand' | 'since'>>;

/** Calls whose others do what the test says. Rooms are the first one, unless another is named. */
export interface FakeCalls extends Calls {
  /** Somebody is in the call, from now on or otherwise than before. */
  enter(name: string, about?: About, room?: string): void;
  exit(name: string, room?: string): void;
  ring(name: string, room?: string): void;
  /** Nobody calls any more: answered elsewhere, or given up. */
  stopRinging(room?: string): void;
  /** The way to the media port is lost; with null it is there again. */
  lose(code: string | null): void;
  /** This device is out of the call, by another's doing. */
  throwOut(code: string): void;
  /** While held, nobody gets through to the call. */
  hold(held: boolean): void;
  /** Sources that cannot be had, and why. */
  lack(source: CallSource, code: string | null): void;
}

interface Ports {
  readonly first: string;
  readonly own: () => string;
  emit(event: ClientEvent): void;
  called(method: string, ...values: unknown[]): void;
}

const EVERYTHING: readonly CallSource[] = ['microphone', 'camera'];

export function createFakeCalls({ first, own, emit, called }: Ports): FakeCalls {
  const views = new Map<string, CallView>();
  const lacking = new Map<CallSource, string>();
  let current: string | null = null;
  let held: (() => void)[] | null = null;

  function change(room: string, next: Partial<CallView>): void {
    const blank: CallView = { room, state: 'out', members: [], ringing: null, error: null };
    const view = { ...(views.get(room) ?? blank), ...next };
    if (view.members.length === 0 && view.state === 'out') views.delete(room);
    else views.set(room, view);
    emit({ event: 'call', room });
  }

  const membersOf = (room: string) => views.get(room)?.members ?? [];

  function put(room: string, device: string, name: string, about: About): void {
    const known = membersOf(room).find((member) => member.device === device);
    const blank = { device, name, own: device === OWN, sources: EVERYTHING, hand: false, since: Date.now() };
    const member = { ...blank, ...known, ...about };
    const members = known ? membersOf(room).map((one) => (one === known ? member : one)) : [...membersOf(room), member];
    change(room, { members });
  }

  function changeOwn(about: About): void {
    if (current !== null) put(current, OWN, own(), about);
  }

  function leave(): void {
    const room = current;
    current = null;
    if (room !== null) change(room, { state: 'out', error: null, members: membersOf(room).filter((member) => !member.own) });
  }

  function fail(code: string, detail: Record<string, string> = {}): CodedError {
    return new CodedError(code, detail);
  }

  return {
    view: (room) => views.get(room) ?? null,
    current: () => current,
    async join(room, { microphone, camera }) {
      called('calls.join', room, microphone, camera);
      leave();
      current = room;
      change(room, { state: 'joining', ringing: null });
      await new Promise<void>((resolve) => (held ? void held.push(resolve) : setTimeout(resolve, 10)));
      if (current !== room) throw fail('not_in_call');
      const wanted = ([...(microphone ? ['microphone'] : []), ...(camera ? ['camera'] : [])] as CallSource[]).filter((source) => {
        const code = lacking.get(source);
        if (code !== undefined) emit({ event: 'error', room, error: fail(code) });
        return code === undefined;
      });
      views.set(room, { ...(views.get(room) as CallView), state: 'in' });
      changeOwn({ sources: wanted, hand: false });
    },
    async leave() {
      called('calls.leave');
      leave();
    },
    async turn(source, on) {
      called('calls.turn', source, on);
      const code = lacking.get(source);
      if (on && code !== undefined) throw fail(code);
      const before = membersOf(current ?? '').find((member) => member.own)?.sources ?? [];
      changeOwn({ sources: on ? [...before, source] : before.filter((one) => one !== source) });
    },
    async raiseHand(up) {
      called('calls.raiseHand', up);
      changeOwn({ hand: up });
    },
    dismiss(room) {
      called('calls.dismiss', room);
      change(room, { ringing: null });
    },
    show: (pictures) => called('calls.show', JSON.stringify(pictures)),

    enter: (name, about = {}, room = first) => put(room, deviceOf(name), name, about),
    exit(name, room = first) {
      change(room, { members: membersOf(room).filter(({ device }) => device !== deviceOf(name)) });
    },
    ring(name, room = first) {
      put(room, deviceOf(name), name, {});
      change(room, { ringing: { device: deviceOf(name), name } });
    },
    stopRinging: (room = first) => change(room, { ringing: null }),
    lose(code) {
      if (current === null) return;
      if (code === null) return change(current, { state: 'in', error: null });
      change(current, { state: 'waiting', error: fail(code) });
    },
    throwOut(code) {
      const room = current;
      if (room === null) return;
      emit({ event: 'error', room, error: fail(code) });
      leave();
    },
    hold(now) {
      held?.forEach((go) => go());
      held = now ? [] : null;
    },
    lack(source, code) {
      if (code === null) lacking.delete(source);
      else lacking.set(source, code);
    },
  };
}
