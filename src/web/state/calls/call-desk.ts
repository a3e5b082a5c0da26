import type { BrowserCalls } from '../../../client/browser/calls/contract.ts';
import type { CallView, Client, ClientEvent } from '../../../client/index.ts';
import type { CallSource } from '../../../protocol/index.ts';
import { createObservable, type Observable } from '../observable.ts';
import { problemOf } from '../problem.ts';
import type { Business } from '../reloader.ts';
import { type CallNews, newsBetween } from './call-news.ts';
import { type CallFaults, createCallFaults } from './call-faults.ts';
import { isAboutCalls } from './call-problems.ts';
import { type CallScreen, noCall, sends } from './call-screen.ts';
import { createListening } from './listening.ts';
import type { Wanted } from './preparation.ts';
import { createShownPictures, type ShownPictures } from './shown-pictures.ts';
import type { Speaking } from './speaking.ts';
import { createWayIn, type WayIn } from './way-in.ts';

export interface CallDeskPorts {
  /** Tracks and devices; fetched when somebody is about to call. */
  readonly media: () => Promise<BrowserCalls>;
  readonly business: Business;
  /** There is space for the conversation beside a call. */
  readonly roomy: Observable<boolean>;
  /** ms */
  readonly now: () => number;
  /** Calls `act` after so many ms. @returns what takes it back */
  after(ms: number, act: () => void): () => void;
}

/** The calls of all rooms, and the one that this device is in: what of it is shown, and what the person wants of it. */
export interface CallDesk extends Omit<CallFaults, 'notice'>, Pick<WayIn, 'giveUp' | 'join'> {
  /** By room, those that are on. */
  readonly calls: Observable<ReadonlyMap<string, CallView>>;
  readonly screen: Observable<CallScreen>;
  /** Null until somebody is about to call. */
  readonly media: Observable<BrowserCalls | null>;
  readonly speaking: Observable<Speaking>;
  readonly news: Observable<readonly CallNews[]>;
  readonly roomy: Observable<boolean>;
  readonly shown: ShownPictures;
  follow(client: Client): void;
  unfollow(): void;
  /** The person wants to call here: own picture first. In the call already, it comes into sight. */
  prepare(room: string, wanted?: Wanted): void;
  leave(): void;
  /** Turns a source the other way. */
  turn(source: CallSource): void;
  toggleHand(): void;
  dismissRing(room: string): void;
  set(change: Partial<Pick<CallScreen, 'talk' | 'layout' | 'pinned' | 'soundBlocked' | 'blurred'>>): void;
}

export function createCallDesk({ media: fetchMedia, business, roomy, now, after }: CallDeskPorts): CallDesk {
  const calls = createObservable<ReadonlyMap<string, CallView>>(new Map());
  const screen = createObservable<CallScreen>(noCall);
  const media = createObservable<BrowserCalls | null>(null);
  const news = createObservable<readonly CallNews[]>([]);
  const listening = createListening({ now, after });
  const shown = createShownPictures({ show: (pictures) => client?.calls.show(pictures), after });
  let client: Client | undefined;
  let stop = () => {};
  let endBusiness: (() => void) | undefined;

  const update = (change: Partial<CallScreen>) => screen.set({ ...screen.get(), ...change });
  const faults = createCallFaults(screen, update);
  const wayIn = createWayIn({
    screen,
    update,
    client: () => client,
    devices: () => media.get()?.devices,
    report: faults.report,
    onChange: updateBusiness,
  });

  function receive(event: ClientEvent): void {
    if (event.event === 'call' || event.event === 'ended' || event.event === 'ready') look(event.room);
    if (event.event === 'error' && event.room !== undefined && isAboutCalls(event.error.code))
      faults.notice(event.room, problemOf(event.error));
  }

  function look(room: string): void {
    const view = client?.calls.view(room) ?? null;
    const next = new Map(calls.get());
    if (view) next.set(room, view);
    else next.delete(room);
    calls.set(next);
    lookAtOwn();
  }

  function lookAtOwn(): void {
    const room = client?.calls.current() ?? null;
    const view = room === null ? null : (calls.get().get(room) ?? client?.calls.view(room) ?? null);
    const { call: before, problems } = screen.get();
    if (view === null || view.state === 'out') return before ? endCall() : undefined;
    if (before?.room !== view.room) beginCall(view);
    const whole = view.state === 'waiting' && view.members.length === 0 && before?.room === view.room;
    const call = whole ? { ...view, members: before.members } : view;
    if (before?.state === 'in' && call.state === 'in') tell(newsBetween(before.members, call.members));
    // Whatever was wrong with what is sent now is not any more; the same goes for what kept this device out.
    const left = problems.filter(({ source }) => (source === null ? call.state !== 'in' || before?.state === 'in' : !sends(call, source)));
    update({ call, problems: left.length === problems.length ? problems : left });
    listening.to(call.members.filter(({ own }) => !own).map(({ device }) => device));
  }

  function beginCall({ room }: CallView): void {
    const { before, problems, blurred } = screen.get();
    update({ ...noCall, before, blurred, talk: roomy.get(), problems: problems.filter((problem) => problem.room === room) });
    shown.begin();
    void want();
    updateBusiness();
  }

  function endCall(): void {
    const { before, problems, unsealed, blurred } = screen.get();
    // What is wrong with a camera matters no more; why the call is over does.
    update({ ...noCall, before, unsealed, blurred, problems: problems.filter(({ source }) => source === null) });
    shown.end();
    listening.end();
    updateBusiness();
  }

  /** Several at once are said together. */
  function tell(more: readonly CallNews[]): void {
    if (more.length > 0) news.set(more);
  }

  async function want(): Promise<BrowserCalls> {
    const found = media.get() ?? (await fetchMedia());
    media.set(found);
    listening.with(found.tracks);
    return found;
  }

  /** A call, or somebody about to begin one, is nothing to reload a page under. */
  function updateBusiness(): void {
    const busy = screen.get().before !== null || screen.get().call !== null;
    if (busy) endBusiness ??= business.begin();
    else {
      endBusiness?.();
      endBusiness = undefined;
    }
  }

  return {
    calls,
    screen,
    media,
    speaking: listening.speaking,
    news,
    roomy,
    shown,

    follow(followed) {
      stop();
      client = followed;
      stop = followed.on(receive);
      followed.rooms().forEach(look);
    },

    unfollow() {
      stop();
      stop = () => {};
      client = undefined;
      wayIn.end();
      calls.set(new Map());
      screen.set(noCall);
      shown.end();
      listening.end();
      updateBusiness();
    },

    prepare(room, wanted = { microphone: true, camera: true }) {
      if (screen.get().call?.room === room) return update({ talk: roomy.get() });
      wayIn.prepare(room, wanted);
      want().catch(faults.report);
    },

    leave() {
      update({ problems: [] });
      client?.calls.leave().catch(faults.report);
    },

    turn(source) {
      const { call, turning } = screen.get();
      if (!client || !call || turning.includes(source)) return;
      update({ turning: [...turning, source] });
      client.calls
        .turn(source, !sends(call, source))
        .catch((error: unknown) => faults.report(error, source))
        .finally(() => update({ turning: screen.get().turning.filter((one) => one !== source) }));
    },

    toggleHand() {
      const own = screen.get().call?.members.find((member) => member.own);
      client?.calls.raiseHand(!own?.hand).catch(faults.report);
    },

    dismissRing: (room) => client?.calls.dismiss(room),
    giveUp: wayIn.giveUp,
    join: wayIn.join,
    ...faults,
    set: update,
  };
}
