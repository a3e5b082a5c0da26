import type { CallView } from '../../client/index.ts';

/** Rings while somebody calls: a bell now and then, and the title of the window. */
export interface Ring {
  take(room: string, view: CallView | null): void;
  stop(): void;
}

export interface RingPorts {
  bell(): void;
  title(on: boolean): void;
}

/** Between bells, ms; and how many there are, however long somebody calls. */
const BETWEEN = 4_000;
const BELLS = 8;

export function createRing({ bell, title }: RingPorts): Ring {
  const ringing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function begin(): void {
    let left = BELLS - 1;
    title(true);
    bell();
    timer = setInterval(() => {
      bell();
      if (--left === 0) clearInterval(timer);
    }, BETWEEN);
    timer.unref();
  }

  function stop(): void {
    if (!timer) return;
    clearInterval(timer);
    timer = undefined;
    title(false);
  }

  return {
    take(room, view) {
      if (view?.ringing) ringing.add(room);
      else ringing.delete(room);
      if (ringing.size === 0) stop();
      else if (!timer) begin();
    },
    stop() {
      ringing.clear();
      stop();
    },
  };
}

/** Keeps the title that there was, where the terminal can (XTWINOPS 22 and 23); else it is left to the shell to write its own again. */
export const titleOn = (title: string): string => `\u001b[22;2t\u001b]2;${title}\u0007`;
export const TITLE_BACK = '\u001b]2;\u0007\u001b[23;2t';
