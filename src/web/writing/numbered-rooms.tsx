import type { RoomView } from '../../client/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { showName } from '../state/plain-text.ts';
import { useObservable } from '../state/observable.ts';
import styles from './answer.module.css';

/** What `/rooms` answers: each with the number by which `/room` goes there. */
export function NumberedRooms({ views, current }: { views: readonly RoomView[]; current: string }) {
  const t = useTexts();
  const { page, list } = useSurroundings();
  const summaries = useObservable(list);
  return (
    <ol className={styles['rooms']}>
      {views.map(({ room, access }) => {
        // The list knows the names of those who left as well.
        const { title = '', unread = 0 } = summaries.find((summary) => summary.room === room) ?? {};
        return (
          <li key={room}>
            <button type="button" aria-current={room === current || undefined} onClick={() => page.show(room)}>
              <bdi>{showName(title || (access === 'direct' ? t.unnamed : t.untitled))}</bdi>
            </button>{' '}
            <span className={styles['mark']}>{unread > 0 ? t.roomUnread(unread) : ''}</span>
          </li>
        );
      })}
    </ol>
  );
}
