import { createObservable, type Observable } from './observable.ts';
import type { Business } from './reloader.ts';

/**
 * What is half written, by room. It is in memory alone, because a draft on disk would lie there unsealed; to another window that takes the
 * device over it is handed by a channel, which never leaves this browser.
 */
export interface Drafts extends Pick<Observable<ReadonlyMap<string, string>>, 'get' | 'subscribe'> {
  write(room: string, text: string): void;
  /** Puts back what could not be sent, unless the person has gone on typing. */
  restore(room: string, text: string): void;
  /** To the window that takes over. They are kept here until it says that it has them. */
  give(): void;
}

/** To the other windows of this page. */
export interface DraftChannel {
  post(message: unknown): void;
  listen(heard: (message: unknown) => void): void;
}

type Message = { readonly drafts: ReadonlyMap<string, string> } | 'taken';

/** @param holding has this window the device? What comes late then fills only what is empty. */
export function createDrafts(business: Business, channel: DraftChannel, holding: () => boolean): Drafts {
  const state = createObservable<ReadonlyMap<string, string>>(new Map());
  let endBusiness: (() => void) | undefined;
  let given: ReadonlyMap<string, string> | undefined;

  function set(drafts: ReadonlyMap<string, string>): void {
    const kept = new Map([...drafts].filter(([, text]) => text !== ''));
    if (kept.size > 0) endBusiness ??= business.begin();
    else {
      endBusiness?.();
      endBusiness = undefined;
    }
    state.set(kept);
  }

  const write = (room: string, text: string) => set(new Map(state.get()).set(room, text));

  channel.listen((heard) => {
    const message = parseMessage(heard);
    if (message === 'taken') {
      if (given !== undefined && given === state.get()) set(new Map());
      given = undefined;
    } else if (message) {
      set(holding() ? new Map([...message.drafts, ...state.get()]) : message.drafts);
      channel.post('taken' satisfies Message);
    }
  });

  return {
    get: state.get,
    subscribe: state.subscribe,
    write,
    restore: (room, text) => void (state.get().has(room) || write(room, text)),
    give() {
      given = state.get();
      channel.post({ drafts: given } satisfies Message);
    },
  };
}

/** A window of an older page may say anything. */
function parseMessage(heard: unknown): Message | undefined {
  if (heard === 'taken') return heard;
  const drafts = (heard as { drafts?: unknown } | null)?.drafts;
  if (!(drafts instanceof Map)) return undefined;
  return { drafts: new Map([...drafts].filter((pair): pair is [string, string] => pair.every((part) => typeof part === 'string'))) };
}
