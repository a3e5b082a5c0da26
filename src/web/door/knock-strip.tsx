import { DoorOpen } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { Knock } from '../../client/index.ts';
import { useSentence, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { PersonName } from '../parts/person.tsx';
import { Words } from '../parts/words.tsx';
import { showName } from '../state/plain-text.ts';
import { type Problem, problemOf } from '../state/problem.ts';
import type { RoomSession } from '../state/room-session.ts';
import styles from './knock-strip.module.css';

/** Those who wait to be let in. It stays until somebody has decided: the one outside waits. */
export function KnockStrip({ session, knocks }: { session: RoomSession; knocks: readonly Knock[] }) {
  const t = useTexts();
  const id = useId();
  const strip = useRef<HTMLElement>(null);
  const [known, setKnown] = useState(knocks);
  const [spoken, setSpoken] = useState(knocks.at(-1));
  if (known !== knocks) {
    setKnown(knocks);
    const come = knocks.findLast(({ device }) => !known.some((knock) => knock.device === device));
    if (come) setSpoken(come);
  }

  /** The button that had the focus is gone with its line: it goes to the next one who waits, or to where one writes. */
  const moveOn = () => {
    const { activeElement } = document;
    if (activeElement !== document.body && !strip.current?.contains(activeElement)) return;
    const next = strip.current?.querySelector<HTMLElement>('button') ?? document.querySelector<HTMLElement>('main textarea');
    next?.focus();
  };

  return (
    <>
      {knocks.length > 0 && (
        <section ref={strip} className={styles['strip']} aria-labelledby={id}>
          <h2 id={id} className={styles['heading']}>
            <DoorOpen size={16} aria-hidden="true" />
            {t.knocksTitle}
            {knocks.length > 1 && <span className={styles['count']}>{knocks.length}</span>}
          </h2>
          <ul className={styles['list']}>
            {knocks.map((knock) => (
              <KnockLine key={knock.device} session={session} knock={knock} onDone={moveOn} />
            ))}
          </ul>
        </section>
      )}
      {/* Always there: a region that comes with its text is not read everywhere. */}
      <output className="said">{spoken ? t.knockHeard(showName(spoken.name || t.unnamed), spoken.words.join(' ')) : ''}</output>
    </>
  );
}

function KnockLine({ session, knock, onDone }: { session: RoomSession; knock: Knock; onDone(): void }) {
  const t = useTexts();
  const sentence = useSentence();
  const [doing, setDoing] = useState<'admit' | 'deny' | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const name = knock.name || t.unnamed;
  const { client, room } = session;

  async function decide(how: 'admit' | 'deny'): Promise<void> {
    setDoing(how);
    setProblem(null);
    try {
      await client[how](room, knock.device);
      setTimeout(onDone);
    } catch (error) {
      setProblem(problemOf(error));
      setDoing(null);
    }
  }

  return (
    <li className={styles['line']}>
      <div className={styles['who']}>
        <p className={styles['name']} dir="auto">
          <PersonName name={name} device={knock.device} /> <span className={styles['wants']}>{t.knockWants}</span>
        </p>
        <Words words={knock.words} size="s" label={t.knockWords} />
        <p role="alert" className={styles['problem']}>
          {problem && sentence(problem)}
        </p>
      </div>
      <div className={styles['actions']}>
        <Button disabled={doing !== null} aria-label={t.denyName(showName(name))} onClick={() => void decide('deny')}>
          {t.deny}
        </Button>
        <Button
          look="main"
          disabled={doing !== null}
          aria-label={doing === 'admit' ? t.admitting : t.admitName(showName(name))}
          onClick={() => void decide('admit')}
        >
          {doing === 'admit' ? t.admitting : t.admit}
        </Button>
      </div>
    </li>
  );
}
