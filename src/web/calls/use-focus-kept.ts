import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from 'react';

/** Whoever works with the keyboard is not thrown to the top of the page when what had the focus goes: it goes to `fallback`. */
export function useFocusKept(fallback: RefObject<HTMLElement | null>) {
  const had = useRef(false);
  useLayoutEffect(() => {
    if (had.current && document.activeElement === document.body) fallback.current?.focus();
  });
  return {
    onFocus() {
      had.current = true;
    },
    // React hears nothing of what it takes out of the page itself.
    onBlur(event: FocusEvent<HTMLElement>) {
      if (!event.currentTarget.contains(event.relatedTarget)) had.current = false;
    },
  };
}
