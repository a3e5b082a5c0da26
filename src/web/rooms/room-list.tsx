import { DoorOpen, LockOpen, MessagesSquare } from 'lucide-react';
import { useId } from 'react';
import type { WebTexts } from '../../client/locales/languages.ts';
import { useTexts } from '../context.tsx';
import { ComparedMark, PersonDisk } from '../parts/person.tsx';
import { showName } from '../state/plain-text.ts';
import type { RoomSummary } from '../state/room-list.ts';
import styles from './room-list.module.css';

interface RoomListProps {
  rooms: readonly RoomSummary[];
  current: string;
  onChoose(room: string): void;
}

/** All conversations in an order that stays: what moves by itself is chosen by mistake. */
export function RoomList({ rooms, ...rest }: RoomListProps) {
  const t = useTexts();
  const sorted = rooms.toSorted((a, b) => a.title.localeCompare(b.title) || a.room.localeCompare(b.room));
  return (
    <div className={styles['groups']}>
      <RoomGroup title={t.roomsGroup} rooms={sorted.filter(({ access }) => access !== 'direct')} {...rest} />
      <RoomGroup title={t.peopleGroup} rooms={sorted.filter(({ access }) => access === 'direct')} {...rest} />
    </div>
  );
}

function RoomGroup({ title, rooms, current, onChoose }: RoomListProps & { title: string }) {
  const id = useId();
  if (rooms.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {title}
      </h2>
      <ul>
        {rooms.map((summary) => (
          <li key={summary.room}>
            <RoomEntry summary={summary} current={summary.room === current} onChoose={() => onChoose(summary.room)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function RoomEntry({ summary, current, onChoose }: { summary: RoomSummary; current: boolean; onChoose(): void }) {
  const t = useTexts();
  const { access, title, peer, here, verified, unread, knocks } = summary;
  const direct = access === 'direct';
  const name = showName(title || (direct ? t.unnamed : t.untitled));
  const about = aboutOf(summary, t);
  return (
    <button
      type="button"
      className={styles['entry']}
      aria-current={current ? 'page' : undefined}
      data-unread={unread > 0 || undefined}
      onClick={onChoose}
    >
      {direct ? (
        <span className={styles['person']} data-here={here || undefined}>
          <PersonDisk device={peer ?? ''} name={name} size="s" away={!here} />
        </span>
      ) : (
        <span className={styles['symbol']} aria-hidden="true">
          {access === 'open' ? <LockOpen size={16} /> : <MessagesSquare size={16} />}
        </span>
      )}
      <span className={styles['texts']}>
        <span className={styles['line']}>
          <bdi className={styles['name']}>{name}</bdi>
          {verified && <ComparedMark how={verified} />}
        </span>
        {about !== '' && <span className={styles['about']}>{about}</span>}
      </span>
      {knocks > 0 && (
        <span className={styles['knocks']}>
          <DoorOpen size={14} aria-hidden="true" />
          <span aria-hidden="true">{knocks}</span>
          <span className="said">{t.roomKnocks(knocks)}</span>
        </span>
      )}
      {unread > 0 && (
        <span className={styles['count']}>
          <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
          <span className="said">{t.roomUnread(unread)}</span>
        </span>
      )}
    </button>
  );
}

function aboutOf({ access, phase, gone, here }: RoomSummary, t: WebTexts): string {
  if (phase === 'knocking') return t.roomKnocking;
  if (phase !== 'ready' && phase !== 'joining') return t.roomOver;
  if (gone) return t.roomGone;
  if (access === 'direct') return here ? t.hereMark : t.awayMark;
  return access === 'open' ? t.openRoom : '';
}
