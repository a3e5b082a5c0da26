import { useState } from 'react';
import type { RoomView } from '../../client/index.ts';
import type { WebTexts } from '../../client/locales/languages.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { useObservable } from '../state/observable.ts';
import { type Problem, problemOf } from '../state/problem.ts';
import styles from './composer.module.css';
import type { ComposerProps } from './composer.tsx';

/** Why nothing can be written here, and what can be done instead. */
export function Closed({ room, title, onOpen }: ComposerProps) {
  const t = useTexts();
  const { page } = useSurroundings();
  const { view } = room;
  const over = view.phase === 'left' || view.phase === 'removed' || view.phase === 'outdated';
  return (
    <div className={styles['closed']}>
      <p>{reasonOf(view, title, t)}</p>
      {view.access === 'direct'
        ? view.phase !== 'joining' && <BeginAnew peer={view.peer} />
        : over && (
            <div className={styles['ways']}>
              <Button onClick={() => page.standOutside(view.name)}>{view.access === 'open' ? t.join : t.knock}</Button>
              <Button onClick={() => onOpen({ kind: 'link' })}>{t.haveLink}</Button>
            </div>
          )}
    </div>
  );
}

function reasonOf({ phase, access }: RoomView, title: string, t: WebTexts): string {
  switch (phase) {
    case 'left':
      return access === 'direct' ? t.closedDirectLeft : t.closedLeft;
    case 'removed':
      return t.closedRemoved;
    case 'outdated':
      return t.closedOutdated;
    case 'ready':
      return t.closedGone(`\u2068${title}\u2069`);
    case 'knocking':
    case 'joining':
    default:
      return t.closedJoining;
  }
}

/** A conversation of two cannot be entered again: another one is begun, from a room in which both are. */
function BeginAnew({ peer }: { peer: string | null }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page, list } = useSurroundings();
  useObservable(list);
  const [problem, setProblem] = useState<Problem | null>(null);
  const shared = peer === null ? undefined : list.sharedWith(peer);
  if (peer === null || shared === undefined) return <p>{t.beginAnewLater}</p>;
  return (
    <>
      <p role="alert" className={styles['trouble']}>
        {problem && sentence(problem)}
      </p>
      <Button onClick={() => void page.write(shared, peer).catch((error: unknown) => setProblem(problemOf(error)))}>{t.beginAnew}</Button>
    </>
  );
}
