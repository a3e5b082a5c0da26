import type { BrowserCalls } from '../../../client/browser/calls/contract.ts';
import type { CallView, Client, ClientEvent } from '../../../client/index.ts';
import type { CallSource } from '../../../protocol/index.ts';
import { createObservable, type Observable } from '../observable.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { Business } from '../reloader.ts';
import { type CallNews, newsBetween } from './call-news.ts';
import { addProblem, callProblemOf, isAboutCalls } from './call-problems.ts';
import { type CallScreen, noCall, sends } from './call-screen.ts';
import { createListening } from './listening.ts';
import type { Wanted } from './preparation.ts';
import { createShownPictures, type ShownPictures } from './shown-pictures.ts';
import type { Speaking } from './speaking.ts';

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
export interface CallDesk {
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
  /** Not after all; also while it is being joined. */
  giveUp(): void;
  join(choice: Wanted): Promise<void>;
  leave(): void;
  /** Turns a source the other way. */
  turn(source: CallSource): void;
  toggleHand(): void;
  dismissRing(room: string): void;
  dismissProblem(source: CallSource | null): void;
  dismissUnsealed(): void;
  /** What somebody began in the call did not work. */
  report(error: unknown, source?: CallSource): void;
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
  /** Counts tries to join: what a try that was given up brings about is nobody's any more. */
  let tries = 0;

  const update = (change: Partial<CallScreen>) => screen.set({ ...screen.get(), ...change });

  function receive(event: ClientEvent): void {
    if (event.event === 'call' || event.event === 'ended' || event.event === 'ready') look(event.room);
    if (event.event === 'error' && event.room !== undefined && isAboutCalls(event.error.code)) notice(event.room, problemOf(event.error));
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

  function notice(room: string, problem: Problem): void {
    if (problem.code === 'call_unsealed') return update({ unsealed: problem });
    update({ problems: addProblem(screen.get().problems, callProblemOf(room, problem)) });
  }

  function report(error: unknown, asked: CallSource | null = null): void {
    const { call, before, problems } = screen.get();
    const room = before?.room ?? call?.room;
    const problem = problemOf(error);
    if (problem.code === 'call_unsealed') update({ unsealed: problem });
    else if (room !== undefined) update({ problems: addProblem(problems, callProblemOf(room, problem, asked)) });
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

  function closePreview(): void {
    const devices = media.get()?.devices;
    for (const source of ['camera', 'microphone'] as const) devices?.preview(source, false).catch(() => {});
  }

  return {
    calls,
    screen,
    media,
    speaking: listening.speaking,
    news,
    roomy,
    shown,
    report,

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
      tries += 1;
      if (screen.get().before) closePreview();
      calls.set(new Map());
      screen.set(noCall);
      shown.end();
      listening.end();
      updateBusiness();
    },

    prepare(room, wanted = { microphone: true, camera: true }) {
      if (screen.get().call?.room === room) return update({ talk: roomy.get() });
      update({ before: { room, wanted, joining: false }, problems: [] });
      updateBusiness();
      want().catch(report);
    },

    giveUp() {
      const { before } = screen.get();
      if (!before) return;
      tries += 1;
      update({ before: null, problems: [] });
      closePreview();
      if (before.joining) void client?.calls.leave();
      updateBusiness();
    },

    async join(choice) {
      const { before } = screen.get();
      if (!client || !before || before.joining) return;
      const attempt = ++tries;
      update({ before: { ...before, joining: true }, problems: [] });
      try {
        await client.calls.join(before.room, choice);
        if (attempt === tries) update({ before: null });
      } catch (error) {
        if (attempt !== tries) return;
        report(error);
        update({ before: { ...before, joining: false } });
      }
      updateBusiness();
    },

    leave() {
      update({ problems: [] });
      client?.calls.leave().catch(report);
    },

    turn(source) {
      const { call, turning } = screen.get();
      if (!client || !call || turning.includes(source)) return;
      update({ turning: [...turning, source] });
      client.calls
        .turn(source, !sends(call, source))
        .catch((error: unknown) => report(error, source))
        .finally(() => update({ turning: screen.get().turning.filter((one) => one !== source) }));
    },

    toggleHand() {
      const own = screen.get().call?.members.find((member) => member.own);
      client?.calls.raiseHand(!own?.hand).catch(report);
    },

    dismissRing: (room) => client?.calls.dismiss(room),
    dismissProblem: (source) => update({ problems: screen.get().problems.filter((one) => one.source !== source) }),
    dismissUnsealed: () => update({ unsealed: null }),
    set: update,
  };
}
