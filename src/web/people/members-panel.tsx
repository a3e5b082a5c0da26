import { useId } from 'react';
import type { Member } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Words } from '../parts/words.tsx';
import { isLive, type RoomSession, type RoomSnapshot } from '../state/room-session.ts';
import type { OnOpen } from '../room/overlay.ts';
import { MemberRow } from './member-row.tsx';
import styles from './members-panel.module.css';

interface PanelProps {
  session: RoomSession;
  room: RoomSnapshot;
  onOpen: OnOpen;
}

/** On narrow screens the panel comes as a dialog. */
export function MembersDialog({ open, onClose, ...panel }: PanelProps & { open: boolean; onClose(): void }) {
  const t = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t.membersTitle} shape="panel">
      <MembersPanel {...panel} />
    </Dialog>
  );
}

/** Who is in the room, and at its foot the words by which people can tell that it is one room. */
export function MembersPanel({ room, ...rest }: PanelProps) {
  const t = useTexts();
  const { view } = room;
  const people = view.members.toSorted((a, b) => Number(b.own) - Number(a.own) || a.name.localeCompare(b.name));
  const groups = isLive(room)
    ? [
        { title: t.membersHere, members: people.filter((member) => member.here) },
        { title: t.membersAway, members: people.filter((member) => !member.here), away: true },
      ].filter(({ members }) => members.length > 0)
    : [{ title: t.members, members: people }];
  return (
    <div className={styles['panel']}>
      {groups.map((group) => (
        <MemberGroup key={group.title} {...group} room={room} {...rest} />
      ))}
      {view.phase === 'ready' && <RoomWords words={view.words} />}
    </div>
  );
}

function MemberGroup({ title, members, room, ...row }: PanelProps & { title: string; members: readonly Member[]; away?: boolean }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {title} <span className={styles['count']}>{members.length}</span>
      </h2>
      <ul className={styles['members']}>
        {members.map((member) => (
          <MemberRow key={member.device} member={member} view={room.view} {...row} />
        ))}
      </ul>
    </section>
  );
}

function RoomWords({ words }: { words: readonly string[] }) {
  const t = useTexts();
  const id = useId();
  return (
    <section className={styles['words']} aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {t.wordsTitle}
      </h2>
      <Words words={words} />
      <p>{t.wordsText}</p>
    </section>
  );
}
