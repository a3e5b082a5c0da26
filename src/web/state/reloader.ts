/** What a reload would take away from a person: text in the composer, an open dialog, a link that is not in the address any more. */
export interface Business {
  /** Until the returned function is called, there is something to lose. */
  begin(): () => void;
}

export interface Reloader extends Business {
  /** The relay serves this build: a page of another one reloads itself as soon as nothing is lost by it. */
  heard(build: string): void;
}

interface Ports {
  readonly build: string;
  readonly reload: () => void;
  /** Survives the reload, ends with the tab. */
  readonly memory: Pick<Storage, 'getItem' | 'setItem'>;
}

const REMEMBERED = 'corrillo-reloaded-for';

export function createReloader({ build, reload, memory }: Ports): Reloader {
  let businesses = 0;
  let newer: string | undefined;

  function reloadIfIdle(): void {
    if (newer === undefined || businesses > 0) return;
    // Once for each build: a cache between us and the relay must not make the page reload for ever.
    if (memory.getItem(REMEMBERED) === newer) return;
    memory.setItem(REMEMBERED, newer);
    reload();
  }

  return {
    begin() {
      businesses += 1;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        businesses -= 1;
        // After the turn, because one dialog often ends where the next begins.
        queueMicrotask(reloadIfIdle);
      };
    },
    heard(served) {
      // A page without a build of its own is a development page.
      newer = build !== '' && served !== '' && served !== build ? served : undefined;
      reloadIfIdle();
    },
  };
}
