import { UserPlus } from 'lucide-react';
import type { Access } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { PersonDisk } from '../parts/person.tsx';
import { plainAddress } from '../state/invite-link.ts';
import type { RoomSession, RoomSnapshot } from '../state/room-session.ts';
import styles from './beginning.module.css';

/** What stands above the oldest line. */
export function Beginning({ older }: { older: RoomSnapshot['older'] }) {
  const t = useTexts();
  return <p className={styles['beginning']}>{older === 'none' ? t.beginning : older === 'unknown' ? '' : t.loadingOlder}</p>;
}

/** A room of one: the next step is to invite. */
export function EmptyRoom({ session, access, onInvite }: { session: RoomSession; access: Access; onInvite(): void }) {
  const t = useTexts();
  const address = plainAddress(session.client, location);
  return (
    <div className={styles['empty']}>
      <Mark size={64} />
      <h2>{t.alone}</h2>
      <p>{t.aloneText}</p>
      <Button look="main" icon={<UserPlus size={18} aria-hidden="true" />} onClick={onInvite}>
        {t.invite}
      </Button>
      {address !== null && <p className={styles['second']}>{access === 'open' ? t.aloneOpen(address) : t.aloneKnock(address)}</p>}
    </div>
  );
}

/** A conversation of two in which nothing was said. */
export function EmptyDirect({ peer, title }: { peer: string; title: string }) {
  const t = useTexts();
  return (
    <div className={styles['empty']}>
      <PersonDisk device={peer} name={title} />
      <h2>{t.aloneTwo}</h2>
      <p>{t.aloneTwoText(`\u2068${title}\u2069`)}</p>
    </div>
  );
}
