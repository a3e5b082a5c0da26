import type { Member, RoomView } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { PersonName } from '../parts/person.tsx';
import styles from './member-list.module.css';

/** Digits of a device id that tell it from every other one in a room, as the terminal shows them. */
const DIGITS = 16;

/** What `/who` and `/devices` answer. */
export function MemberList({ view, devices, known }: { view: RoomView; devices: boolean; known: boolean }) {
  const t = useTexts();
  return (
    <ul className={styles['list']} data-devices={devices || undefined}>
      {view.members.map((member) => (
        <li key={member.device}>
          <PersonName name={member.name || t.unnamed} device={member.device} />{' '}
          {devices && (
            <code className={styles['device']} dir="ltr" translate="no">
              {member.device.slice(0, DIGITS)}
            </code>
          )}{' '}
          <span className={styles['mark']}>{markOf(member)}</span>
        </li>
      ))}
    </ul>
  );

  function markOf({ own, here }: Member): string {
    if (own) return t.youMark;
    return known ? (here ? t.hereMark : t.awayMark) : '';
  }
}
