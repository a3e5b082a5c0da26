import { Menu } from '@base-ui/react/menu';
import { Ellipsis, PenLine, UserMinus } from 'lucide-react';
import { useId } from 'react';
import type { Member, RoomView } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import menu from '../parts/menu.module.css';
import { PersonDisk, PersonName } from '../parts/person.tsx';
import { isLive, type RoomSnapshot } from '../state/room-session.ts';
import styles from './members-panel.module.css';
import type { Overlay } from './room-screen.tsx';

interface PanelProps {
  room: RoomSnapshot;
  onOpen(overlay: Overlay): void;
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
export function MembersPanel({ room, onOpen }: PanelProps) {
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
        <MemberGroup key={group.title} {...group} view={view} onOpen={onOpen} />
      ))}
      {view.phase === 'ready' && <RoomWords words={view.words} />}
    </div>
  );
}

interface RowProps {
  view: RoomView;
  away?: boolean;
  onOpen(overlay: Overlay): void;
}

function MemberGroup({ title, members, ...row }: RowProps & { title: string; members: readonly Member[] }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {title} <span className={styles['count']}>{members.length}</span>
      </h2>
      <ul>
        {members.map((member) => (
          <MemberRow key={member.device} member={member} {...row} />
        ))}
      </ul>
    </section>
  );
}

function MemberRow({ member, view, away = false, onOpen }: RowProps & { member: Member }) {
  const t = useTexts();
  const name = member.name || t.unnamed;
  const about = [
    member.own ? t.youMark : '',
    member.role === 'founder' ? t.roleFounder : member.role === 'remover' ? t.roleRemover : '',
  ].filter(Boolean);
  return (
    <li className={styles['member']}>
      <PersonDisk device={member.device} name={name} away={away} />
      <span className={styles['who']}>
        <PersonName name={name} />
        {about.length > 0 && <span className={styles['about']}>{about.join(' · ')}</span>}
      </span>
      {member.own && view.phase === 'ready' && (
        <IconButton label={t.rename} onClick={() => onOpen({ kind: 'rename' })}>
          <PenLine size={18} aria-hidden="true" />
        </IconButton>
      )}
      {!member.own && view.canRemove && member.role !== 'founder' && (
        <Menu.Root>
          <Menu.Trigger render={<IconButton label={t.memberMenu(name)} />}>
            <Ellipsis size={20} aria-hidden="true" />
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner className={menu['positioner']} align="end" sideOffset={4}>
              <Menu.Popup className={menu['popup']}>
                <Menu.Item className={`${menu['item']} ${menu['danger']}`} onClick={() => onOpen({ kind: 'remove', member })}>
                  <UserMinus size={18} aria-hidden="true" />
                  {t.remove}
                </Menu.Item>
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      )}
    </li>
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
      <ol className={styles['list']} translate="no">
        {words.map((word, i) => (
          <li key={i}>{word}</li>
        ))}
      </ol>
      <p>{t.wordsText}</p>
    </section>
  );
}
