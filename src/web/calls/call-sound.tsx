import { useEffect, useRef } from 'react';
import type { CallSource } from '../../protocol/index.ts';
import { useSurroundings } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import { streamOf, useTrack } from './use-tracks.ts';

const SOUNDS = ['microphone', 'screen-audio'] as const;

/** All that is heard: of the others, each once, wherever the page is. The own sound is in none of it. */
export function CallSound() {
  const { callDesk } = useSurroundings();
  const { call, soundBlocked } = useObservable(callDesk.screen);
  const others = call?.members.filter(({ own }) => !own) ?? [];
  return others.flatMap(({ device }) =>
    SOUNDS.map((source) => <Sound key={`${device} ${source}`} device={device} source={source} blocked={soundBlocked} />),
  );
}

function Sound({ device, source, blocked }: { device: string; source: CallSource; blocked: boolean }) {
  const { callDesk } = useSurroundings();
  const devices = useObservable(callDesk.media)?.devices;
  const track = useTrack(device, source);
  const audio = useRef<HTMLAudioElement>(null);

  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = streamOf(track);
    // Once the person has touched the page it is tried again.
    if (!track || blocked) return;
    element.play().catch((error: unknown) => {
      if ((error as { name?: string }).name === 'NotAllowedError') callDesk.set({ soundBlocked: true });
    });
  }, [track, blocked, callDesk]);

  useEffect(() => {
    const element = audio.current;
    if (!element || !('setSinkId' in element)) return undefined;
    // A speaker that is gone leaves the usual one.
    const choose = () => void element.setSinkId(devices?.chosen().speaker ?? '').catch(() => {});
    choose();
    return devices?.on(choose);
  }, [devices]);

  // oxlint-disable-next-line jsx-a11y/media-has-caption -- people who talk to each other
  return <audio ref={audio} />;
}
