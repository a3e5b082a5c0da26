import { Ellipsis, MessageCircle, PenLine, ShieldCheck, UserMinus } from 'lucide-react';
import type { Member, RoomView } from '../../client/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import { MenuButton, type MenuEntry } from '../parts/menu-button.tsx';
import { ComparedMark, PersonDisk, PersonName } from '../parts/person.tsx';
import type { OnOpen } from '../room/overlay.ts';
import type { RoomSession } from '../state/room-session.ts';
import styles from './member-row.module.css';

interface RowProps {
  session: RoomSession;
  member: Member;
  view: RoomView;
  away?: boolean;
  onOpen: OnOpen;
}

/** Somebody in the room; choosing them says what can be done. */
export function MemberRow(props: RowProps) {
  const { member, view, away = false, onOpen } = props;
  const t = useTexts();
  const entries = useEntries(props);
  const name = member.name || t.unnamed;
  const inside = view.phase === 'ready';
  const what = (
    <>
      <PersonDisk device={member.device} name={name} away={away} />
      <span className={styles['who']}>
        <PersonName name={name} /> {member.verified && <ComparedMark how={member.verified} />}
        <About member={member} direct={view.access === 'direct'} />
      </span>
    </>
  );
  if (member.own || !inside) {
    return (
      <li className={styles['member']}>
        {what}
        {member.own && inside && (
          <IconButton label={t.rename} onClick={() => onOpen({ kind: 'rename' })}>
            <PenLine size={18} aria-hidden="true" />
          </IconButton>
        )}
      </li>
    );
  }
  return (
    <li>
      <MenuButton className={`${styles['member']} ${styles['chosen']}`} entries={entries}>
        {what}
        <Ellipsis className={styles['more']} size={20} aria-hidden="true" />
      </MenuButton>
    </li>
  );
}

function useEntries({ session, member: { device, role }, view, onOpen }: RowProps): readonly MenuEntry[] {
  const t = useTexts();
  const { page } = useSurroundings();
  // What hinders writing is said where one writes.
  const write = () => void page.write(session.room, device).catch(session.report);
  const message = { label: t.message, icon: <MessageCircle size={18} aria-hidden="true" />, choose: write };
  const remove = {
    label: t.remove,
    icon: <UserMinus size={18} aria-hidden="true" />,
    danger: true,
    choose: () => onOpen({ kind: 'remove', device }),
  };
  return [
    ...(view.access === 'direct' ? [] : [message]),
    { label: t.compare, icon: <ShieldCheck size={18} aria-hidden="true" />, choose: () => onOpen({ kind: 'compare', device }) },
    ...(view.canRemove && role !== 'founder' ? [remove] : []),
  ];
}

function About({ member, direct }: { member: Member; direct: boolean }) {
  const t = useTexts();
  // Who began a conversation of two has no more to say in it than the other.
  const role = direct ? '' : member.role === 'founder' ? t.roleFounder : member.role === 'remover' ? t.roleRemover : '';
  const parts = [member.own ? t.youMark : '', role, member.verified === null ? '' : t.compared].filter((part) => part !== '');
  return <span className={styles['about']}>{parts.join(' · ')}</span>;
}
