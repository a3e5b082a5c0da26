import { createObservable, type Observable } from './observable.ts';

/** Does a media query hold? */
export function observeMedia(query: string, frame: Pick<Window, 'matchMedia'> = window): Observable<boolean> {
  const list = frame.matchMedia(query);
  const state = createObservable(list.matches);
  list.addEventListener('change', () => state.set(list.matches));
  return state;
}
