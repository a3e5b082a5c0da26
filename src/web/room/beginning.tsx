import { UserPlus } from 'lucide-react';
import { useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import type { RoomSnapshot } from '../state/room-session.ts';
import styles from './beginning.module.css';

/** What stands above the oldest line. */
export function Beginning({ older }: { older: RoomSnapshot['older'] }) {
  const t = useTexts();
  return <p className={styles['beginning']}>{older === 'none' ? t.beginning : older === 'unknown' ? '' : t.loadingOlder}</p>;
}

/** A room of one: the next step is to invite. */
export function EmptyRoom({ onInvite }: { onInvite(): void }) {
  const t = useTexts();
  return (
    <div className={styles['empty']}>
      <Mark size={64} />
      <h2>{t.alone}</h2>
      <p>{t.aloneText}</p>
      <Button look="main" icon={<UserPlus size={18} aria-hidden="true" />} onClick={onInvite}>
        {t.invite}
      </Button>
    </div>
  );
}
