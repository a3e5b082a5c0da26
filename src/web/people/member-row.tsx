import { Menu } from '@base-ui/react/menu';
import { Ellipsis, MessageCircle, PenLine, ShieldCheck, UserMinus } from 'lucide-react';
import type { Member, RoomView } from '../../client/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import menu from '../parts/menu.module.css';
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
export function MemberRow({ session, member, view, away = false, onOpen }: RowProps) {
  const t = useTexts();
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
      <Menu.Root>
        <Menu.Trigger className={`${styles['member']} ${styles['chosen']}`}>
          {what}
          <Ellipsis className={styles['more']} size={20} aria-hidden="true" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className={menu['positioner']} align="end" sideOffset={4}>
            <Menu.Popup className={menu['popup']}>
              <MemberMenu session={session} member={member} view={view} onOpen={onOpen} />
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </li>
  );
}

function MemberMenu({ session, member: { device, role }, view, onOpen }: RowProps) {
  const t = useTexts();
  const { page } = useSurroundings();
  const write = () => {
    // What hinders it is said where one writes.
    page.write(session.room, device).catch(session.report);
  };
  return (
    <>
      {view.access !== 'direct' && (
        <Menu.Item className={menu['item']} onClick={write}>
          <MessageCircle size={18} aria-hidden="true" />
          {t.message}
        </Menu.Item>
      )}
      <Menu.Item className={menu['item']} onClick={() => onOpen({ kind: 'compare', device })}>
        <ShieldCheck size={18} aria-hidden="true" />
        {t.compare}
      </Menu.Item>
      {view.canRemove && role !== 'founder' && (
        <Menu.Item className={`${menu['item']} ${menu['danger']}`} onClick={() => onOpen({ kind: 'remove', device })}>
          <UserMinus size={18} aria-hidden="true" />
          {t.remove}
        </Menu.Item>
      )}
    </>
  );
}

function About({ member, direct }: { member: Member; direct: boolean }) {
  const t = useTexts();
  // Who began a conversation of two has no more to say in it than the other.
  const role = direct ? '' : member.role === 'founder' ? t.roleFounder : member.role === 'remover' ? t.roleRemover : '';
  const parts = [member.own ? t.youMark : '', role, member.verified === null ? '' : t.compared].filter((part) => part !== '');
  return <span className={styles['about']}>{parts.join(' · ')}</span>;
}
