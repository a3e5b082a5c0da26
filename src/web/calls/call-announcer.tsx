import { useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import { useNames } from './names.ts';

/** Says who comes, goes, raises a hand and shares: what others see at a glance. */
export function CallAnnouncer() {
  const t = useTexts();
  const nameAll = useNames();
  const { callDesk } = useSurroundings();
  const news = useObservable(callDesk.news);
  const sentences = {
    joined: t.callJoined,
    left: t.callLeft,
    hand: t.callRaised,
    screen: t.callShares,
    unshared: t.callUnshares,
  };
  return <output className="said">{news.map(({ what, names }) => sentences[what](nameAll(names))).join('. ')}</output>;
}
