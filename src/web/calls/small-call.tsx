import { PhoneOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { sends } from '../state/calls/call-screen.ts';
import type { Picture } from '../state/calls/pictures.ts';
import { useObservable } from '../state/observable.ts';
import { showName } from '../state/plain-text.ts';
import { toneOf } from '../state/tones.ts';
import { useCallKeys } from './call-keys.ts';
import { InitialDisk } from './initial-disk.tsx';
import { MovingPicture } from './moving-picture.tsx';
import { MicrophoneSwitch } from './own-switches.tsx';
import { PictureName } from './picture-name.tsx';
import { SignButton } from './sign-button.tsx';
import styles from './small-call.module.css';
import { useShown } from './use-shown.ts';
import { useTrack } from './use-tracks.ts';

/** The call while something else is on the screen: who speaks, the own microphone, and the way back. */
export function SmallCall({ picture, onBack }: { picture: Picture; onBack(): void }) {
  const t = useTexts();
  const { callDesk } = useSurroundings();
  const { call, turning } = useObservable(callDesk.screen);
  const { loud } = useObservable(callDesk.speaking);
  const box = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const { member, source } = picture;
  const sent = member.sources.includes(source);
  const track = useTrack(member.own ? 'own' : member.device, source);
  useShown(box, picture, sent && !member.own);
  useCallKeys(callDesk.turn, true);
  // Who pressed the button that is gone now goes on here; who is writing is left alone.
  useEffect(() => {
    if (document.activeElement === document.body) back.current?.focus();
  }, []);
  const name = member.own ? t.you : showName(member.name || t.unnamed);
  return (
    <section className={styles['small']} aria-label={t.callStage} data-speaking={loud.has(member.device) || undefined}>
      <div ref={box} className={styles['picture']} data-tone={toneOf(member.device)}>
        {sent && track ? (
          <MovingPicture track={track} mirrored={member.own && source === 'camera'} whole={source === 'screen'} />
        ) : (
          <InitialDisk className={styles['disk']} name={member.name} />
        )}
        <PictureName className={styles['name']}>{call?.state === 'waiting' ? t.callWaiting : name}</PictureName>
        <button ref={back} type="button" className={styles['back']} aria-label={t.callBack} title={t.callBack} onClick={onBack} />
      </div>
      <div className={styles['bar']}>
        <MicrophoneSwitch on={sends(call, 'microphone')} busy={turning.includes('microphone')} onTurn={() => callDesk.turn('microphone')} />
        <SignButton label={t.callLeave} look="end" onClick={callDesk.leave}>
          <PhoneOff size={20} aria-hidden="true" />
        </SignButton>
      </div>
    </section>
  );
}
