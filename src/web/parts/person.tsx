import { BadgeCheck } from 'lucide-react';
import type { Comparison } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { initialOf, toneOf } from '../state/tones.ts';
import { showName } from '../state/plain-text.ts';
import styles from './person.module.css';

/** A person's disk: colour by device, initial by name. Says nothing that the name beside it does not. */
export function PersonDisk({ device, name, size = 'm', away = false }: { device: string; name: string; size?: 's' | 'm'; away?: boolean }) {
  return (
    <span className={styles['disk']} data-tone={toneOf(device)} data-size={size} data-away={away || undefined} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}

/** A name that cannot turn the text around it, and that shows what is hidden in it. */
export function PersonName({ name, device }: { name: string; device?: string }) {
  return (
    <bdi className={styles['name']} {...(device === undefined ? {} : { 'data-tone': toneOf(device) })}>
      {showName(name)}
    </bdi>
  );
}

/** Beside the name of somebody whose device was compared, and how. */
export function ComparedMark({ how }: { how: Comparison }) {
  const t = useTexts();
  const text = how === 'qr' ? t.comparedQr : t.comparedWords;
  return (
    <span className={styles['compared']} title={text}>
      <BadgeCheck size={16} aria-hidden="true" />
      <span className="said">{text}</span>
    </span>
  );
}
