import { type RefObject, useEffect } from 'react';
import { useSurroundings } from '../context.tsx';
import type { Picture } from '../state/calls/pictures.ts';

/** Says to the call how high this picture is on the screen, for as long as it is on it. `on`: there is something to be seen of it. */
export function useShown(element: RefObject<HTMLElement | null>, { member, source }: Picture, on: boolean): void {
  const { shown } = useSurroundings().callDesk;
  const { device } = member;
  useEffect(() => {
    const box = element.current;
    if (!on || !box) return undefined;
    const place = {};
    let inSight = false;
    let height = 0;
    const tell = () => {
      if (inSight && height > 0) shown.put(place, { device, source, height: Math.round(height * devicePixelRatio) });
      else shown.drop(place);
    };
    const sizes = new ResizeObserver(([entry]) => {
      height = entry?.contentRect.height ?? 0;
      tell();
    });
    const sights = new IntersectionObserver(([entry]) => {
      inSight = entry?.isIntersecting ?? false;
      tell();
    });
    sizes.observe(box);
    sights.observe(box);
    return () => {
      sizes.disconnect();
      sights.disconnect();
      shown.drop(place);
    };
  }, [element, shown, device, source, on]);
}
