import { BadgeCheck, Camera } from 'lucide-react';
import { useId } from 'react';
import type { Client, Member } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/choice.tsx';
import { DialogActions } from '../parts/dialog.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { Words } from '../parts/words.tsx';
import styles from './compare.module.css';

export type Way = 'words' | 'qr';

interface WaysProps {
  client: Client;
  room: string;
  member: Member;
  name: string;
  way: Way;
  onWay(way: Way): void;
  onSame(): void;
  onDifferent(): void;
  onScan(): void;
  onForget(): void;
}

/** By voice, or by showing one screen to the other. */
export function CompareWays({ client, room, member, name, way, onWay, onSame, onDifferent, onScan, onForget }: WaysProps) {
  const t = useTexts();
  return (
    <div className={styles['ways']}>
      <p className={styles['lead']}>{t.compareText(name)}</p>
      {member.verified && (
        <div className={styles['known']}>
          <BadgeCheck size={18} aria-hidden="true" />
          <span>{member.verified === 'qr' ? t.comparedQr : t.comparedWords}</span>
          <Button className={styles['forget']} onClick={onForget}>
            {t.compareForget}
          </Button>
        </div>
      )}
      <Choice
        look="tabs"
        label={t.compareHow}
        value={way}
        onChange={onWay}
        options={[
          { value: 'words', label: t.compareByWords },
          { value: 'qr', label: t.compareByQr },
        ]}
      />
      {way === 'words' ? (
        <>
          <FiveWords title={t.compareMine} words={client.words(client.device)} />
          <FiveWords title={t.compareTheirs(name)} words={client.words(member.device)} />
          <p className={styles['small']}>{t.compareWordsText(name)}</p>
          <DialogActions>
            <Button onClick={onDifferent}>{t.compareOther}</Button>
            <Button look="main" onClick={onSame}>
              {t.compareSame}
            </Button>
          </DialogActions>
        </>
      ) : (
        <>
          <QrCode text={client.comparisonCode(room)} label={t.compareCode} />
          <p className={styles['small']}>{t.compareCodeText(name)}</p>
          <DialogActions>
            <Button look="main" icon={<Camera size={18} aria-hidden="true" />} onClick={onScan}>
              {t.compareScan}
            </Button>
          </DialogActions>
        </>
      )}
    </div>
  );
}

function FiveWords({ title, words }: { title: string; words: readonly string[] }) {
  const id = useId();
  return (
    <section className={styles['words']} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <Words words={words} size="l" />
    </section>
  );
}
