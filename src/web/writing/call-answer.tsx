import type { CallView } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { PersonName } from '../parts/person.tsx';
import styles from './member-list.module.css';

/** Who is in the room's call, and what each sends. */
export function CallAnswer({ call }: { call: CallView | null }) {
  const t = useTexts();
  if (!call || call.members.length === 0) return <p>{t.callNone}</p>;
  return (
    <ul className={styles['list']} aria-label={t.callPeople}>
      {call.members.map(({ device, name, own, sources, hand }) => (
        <li key={device}>
          <PersonName name={name || t.unnamed} device={device} />{' '}
          <span className={styles['mark']}>
            {[
              ...(own ? [t.youMark] : []),
              sources.includes('microphone') ? t.callHeard : t.callMuted,
              ...(sources.includes('camera') ? [t.callSeen] : []),
              ...(sources.includes('screen') ? [t.callSharing] : []),
              ...(hand ? [t.callHandUp] : []),
            ].join(' · ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
