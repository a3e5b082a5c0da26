import { useEffect, useRef, useState } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { arrange, picturesOf } from '../state/calls/pictures.ts';
import { layOut, type Placed } from '../state/calls/stage-layout.ts';
import { useObservable } from '../state/observable.ts';
import type { RoomSnapshot } from '../state/room-session.ts';
import { toneOf } from '../state/tones.ts';
import { Controls } from './controls.tsx';
import { DevicesDialog, SealedDialog } from './call-dialogs.tsx';
import { CallFaults, Waiting } from './call-faults.tsx';
import styles from './call-stage.module.css';
import { StageHead } from './stage-head.tsx';
import note from './stage-note.module.css';
import { Tile } from './tile.tsx';
import { useFocusKept } from './use-focus-kept.ts';
import { useSize } from './use-size.ts';

interface StageProps {
  room: RoomSnapshot;
  title: string;
  unread: number;
}

/** CSS pixels from which on all buttons stand side by side. */
const WIDE = 500;

/** The call that this device is in: everybody in it, what is wrong with it, and what can be done. */
export function CallStage({ room, title, unread }: StageProps) {
  const t = useTexts();
  const { callDesk } = useSurroundings();
  const { call, layout, pinned } = useObservable(callDesk.screen);
  const { speaker, loud } = useObservable(callDesk.speaking);
  const [open, setOpen] = useState<'devices' | 'sealed' | null>(null);
  const tiles = useRef<HTMLUListElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const kept = useFocusKept(first);
  const size = useSize(tiles);

  // Who pressed the button that is gone now goes on here; who is writing is left alone.
  useEffect(() => {
    if (document.activeElement === document.body) first.current?.focus();
  }, []);

  if (!call) return null;
  const { placed, more, height } = layOut(arrange(call.members, { layout, pinned, speaker }), size, speaker);
  // Read in the order in which they came, wherever they stand.
  const orders = new Map(picturesOf(call.members).map(({ key }, i) => [key, i]));
  const orderOf = ({ picture }: Placed) => orders.get(picture.key) ?? 0;
  const inOrder = placed.toSorted((a, b) => orderOf(a) - orderOf(b));
  const pin = (key: string) => callDesk.set({ pinned: pinned === key ? null : key });
  return (
    <section className={styles['stage']} aria-label={t.callStage} data-state={call.state} {...kept}>
      <StageHead call={call} title={title} words={room.view.words} onSealed={() => setOpen('sealed')} />
      <div className={styles['space']}>
        <ul ref={tiles} className={styles['tiles']} aria-label={t.callPeople}>
          {size.width > 0 &&
            inOrder.map((one) => (
              <Tile
                key={one.picture.key}
                placed={one}
                speaking={one.picture.source === 'camera' && loud.has(one.picture.member.device)}
                pinned={pinned === one.picture.key}
                onPin={() => pin(one.picture.key)}
              />
            ))}
          {more && (
            <li className={styles['more']} style={{ left: more.box.x, top: more.box.y, width: more.box.width, height: more.box.height }}>
              <button type="button" onClick={() => callDesk.set({ layout: 'grid', pinned: null })} aria-label={t.callOthers(more.count)}>
                +{more.count}
              </button>
            </li>
          )}
          {height > size.height && <li className={styles['end']} style={{ top: height }} aria-hidden="true" />}
        </ul>
        <Waiting call={call} />
        {call.state === 'in' && call.members.length < 2 && (
          <p className={`${note['note']} ${styles['alone']}`} data-tone={toneOf(call.members[0]?.device ?? '')}>
            <strong>{t.callAlone}</strong>
            {t.callAloneText}
          </p>
        )}
      </div>
      <CallFaults />
      <Controls first={first} unread={unread} wide={size.width >= WIDE} onDevices={() => setOpen('devices')} />
      <DevicesDialog open={open === 'devices'} onClose={() => setOpen(null)} />
      <SealedDialog open={open === 'sealed'} onClose={() => setOpen(null)} words={room.view.words} />
    </section>
  );
}
