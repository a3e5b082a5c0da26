import { createObservable, type Observable } from './observable.ts';

/** Is a person looking at the page? Only then does what is shown count as read. */
export function observeAttention(page: Document = document, frame: Window = window): Observable<boolean> {
  const now = () => page.visibilityState === 'visible' && page.hasFocus();
  const attention = createObservable(now());
  const look = () => attention.set(now());
  page.addEventListener('visibilitychange', look);
  frame.addEventListener('focus', look);
  frame.addEventListener('blur', look);
  return attention;
}
