import { ChevronDown, MicOff, TriangleAlert, VideoOff } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useState } from 'react';
import type { BrowserCalls } from '../../client/browser/calls/contract.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { DialogActions } from '../parts/dialog.tsx';
import { useObservable } from '../state/observable.ts';
import { createPreparation, type OwnSource, type Wanted } from '../state/calls/preparation.ts';
import type { Problem } from '../state/problem.ts';
import { toneOf } from '../state/tones.ts';
import styles from './before-call.module.css';
import { useCallKeys } from './call-keys.ts';
import { DeviceChoices } from './device-choices.tsx';
import { InitialDisk } from './initial-disk.tsx';
import { LevelMeter } from './level-meter.tsx';
import { MovingPicture } from './moving-picture.tsx';
import { useNames } from './names.ts';
import { CameraSwitch, MicrophoneSwitch } from './own-switches.tsx';
import { useTrack } from './use-tracks.ts';

interface BeforeCallProps {
  media: BrowserCalls;
  /** What is on at first. */
  wanted: Wanted;
  room: string;
  /** This device and what it is called, for the letter in place of a picture. */
  own: { readonly device: string; readonly name: string };
  /** The room whose call one leaves with it. */
  leaves: string | null;
  /** The button that joins has the focus: Enter is enough. */
  first: RefObject<HTMLButtonElement | null>;
}

/** Looking at oneself before joining. Nothing of it is needed: whoever has neither camera nor microphone joins to listen and see. */
export function BeforeCall({ media, wanted, room, own, leaves, first }: BeforeCallProps) {
  const t = useTexts();
  const sentence = useSentence();
  const nameAll = useNames();
  const { callDesk } = useSurroundings();
  const { before, problems } = useObservable(callDesk.screen);
  const inside =
    useObservable(callDesk.calls)
      .get(room)
      ?.members.filter((member) => !member.own) ?? [];
  const preparation = useMemo(() => createPreparation(media.devices, wanted), [media, wanted]);
  const { microphone, camera } = useObservable(preparation.state);
  const [choosing, setChoosing] = useState(false);
  const joining = before?.joining ?? false;

  useEffect(() => {
    preparation.begin();
    return preparation.end;
  }, [preparation]);
  useCallKeys((source) => preparation.want(source, !preparation.state.get()[source].wanted), !joining);

  const turn = (source: OwnSource, wanted: boolean) => () => preparation.want(source, !wanted);
  const about = [microphone.problem, camera.problem, ...problems.map(({ problem }) => problem)].filter((one) => one !== null);
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void callDesk.join({ microphone: microphone.wanted, camera: camera.wanted });
      }}
    >
      <div
        className={styles['mirror']}
        data-tone={toneOf(own.device)}
        role="img"
        aria-label={camera.wanted ? t.callPreview : t.callCameraOff}
      >
        <OwnPicture own={own} opening={camera.opening} on={camera.wanted} />
      </div>
      <div className={styles['switches']}>
        <MicrophoneSwitch on={microphone.wanted} busy={microphone.opening} onTurn={turn('microphone', microphone.wanted)} />
        <CameraSwitch on={camera.wanted} busy={camera.opening} onTurn={turn('camera', camera.wanted)} />
        {microphone.wanted && !microphone.opening ? <LevelMeter tracks={media.tracks} /> : <span className={styles['meter']} />}
        <button
          type="button"
          className={styles['choose']}
          aria-expanded={choosing}
          aria-label={t.callDevices}
          onClick={() => setChoosing(!choosing)}
        >
          <ChevronDown size={20} aria-hidden="true" />
        </button>
      </div>
      {choosing && <DeviceChoices devices={media.devices} />}
      <div role="alert" className={styles['problems']}>
        {about.map((problem) => (
          <Missing key={problem.code} text={sentence(problem)} problem={problem} />
        ))}
      </div>
      <p className={styles['who']}>
        {inside.length === 0 ? t.callNobody : t.callInside(nameAll(inside.map(({ name }) => name)), inside.length > 1)}
        {!microphone.wanted && !camera.wanted && ` ${t.callListenOnly}`}
        {leaves !== null && ` ${t.callLeavesOther(leaves)}`}
      </p>
      <DialogActions>
        <Button onClick={callDesk.giveUp}>{t.cancel}</Button>
        <Button ref={first} type="submit" look="main" className={styles['join']} aria-disabled={joining}>
          {joining ? t.callJoining : inside.length === 0 ? t.callBegin : t.callJoin}
        </Button>
      </DialogActions>
    </form>
  );
}

function OwnPicture({ own, on, opening }: { own: BeforeCallProps['own']; on: boolean; opening: boolean }) {
  const t = useTexts();
  const track = useTrack('own', 'camera');
  if (on && track) return <MovingPicture track={track} mirrored />;
  return (
    <span className={styles['nothing']}>
      <InitialDisk className={styles['disk']} name={own.name} />
      {opening ? t.callOpening : !on && t.callCameraOff}
    </span>
  );
}

function Missing({ text, problem: { code } }: { text: string; problem: Problem }) {
  const Sign = code.includes('microphone') ? MicOff : code.includes('camera') ? VideoOff : TriangleAlert;
  return (
    <p className={styles['missing']}>
      <Sign size={18} aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}
