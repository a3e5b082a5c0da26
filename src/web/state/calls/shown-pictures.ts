import type { Calls } from '../../../client/index.ts';
import type { Picture } from './pictures.ts';

type Shown = Parameters<Calls['show']>[0][number];

/** ms in which changes are gathered: a window that is being pulled larger changes with every frame. */
const GATHERED = 200;

interface Ports {
  show(pictures: readonly Shown[]): void;
  after(ms: number, act: () => void): () => void;
}

/** What is on the screen of all pictures, and how high: nobody has to send what nobody sees. */
export interface ShownPictures {
  /** @param place one place on the screen; the same picture may have several. `height` in device pixels. @returns takes it off */
  put(
    place: object,
    shown: { readonly device: string; readonly source: Picture['source']; readonly height: number },
    always?: boolean,
  ): void;
  drop(place: object): void;
  /** Nobody looks at the page; what is shown outside of it stays. */
  setVisible(visible: boolean): void;
  /** Another call, which was told nothing yet. */
  begin(): void;
  end(): void;
}

export function createShownPictures({ show, after }: Ports): ShownPictures {
  const places = new Map<object, { readonly shown: Shown; readonly always: boolean }>();
  let visible = true;
  let told: string | null = null;
  let running = false;
  let stop: (() => void) | undefined;

  function tellSoon(): void {
    if (!running || stop) return;
    stop = after(GATHERED, () => {
      stop = undefined;
      tell();
    });
  }

  function tell(): void {
    const heights = new Map<string, Shown>();
    for (const { shown, always } of places.values()) {
      const key = `${shown.device} ${shown.source}`;
      if ((visible || always) && shown.height > (heights.get(key)?.height ?? 0)) heights.set(key, shown);
    }
    const list = [...heights.values()].toSorted((a, b) => b.height - a.height);
    const text = JSON.stringify(list);
    if (text === told) return;
    told = text;
    show(list);
  }

  return {
    put(place, shown, always = false) {
      places.set(place, { shown, always });
      tellSoon();
    },
    drop(place) {
      if (places.delete(place)) tellSoon();
    },
    setVisible(now) {
      visible = now;
      tellSoon();
    },
    begin() {
      running = true;
      told = null;
      tellSoon();
    },
    end() {
      running = false;
      stop?.();
      stop = undefined;
    },
  };
}
