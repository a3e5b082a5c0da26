import { useSyncExternalStore } from 'react';
import type { CallSource } from '../../protocol/index.ts';
import { useSurroundings } from '../context.tsx';
import { useObservable } from '../state/observable.ts';

const nothing = () => () => {};

/** What comes from a member now, or goes out from here. */
export function useTrack(device: string | 'own', source: CallSource): MediaStreamTrack | null {
  const { callDesk } = useSurroundings();
  const tracks = useObservable(callDesk.media)?.tracks;
  const look = () => (device === 'own' ? tracks?.own(source) : tracks?.of(device, source)) ?? null;
  return useSyncExternalStore(tracks?.on ?? nothing, look);
}

const streams = new WeakMap<MediaStreamTrack, MediaStream>();

/** The same stream for the same track: an element that is given another one begins anew. */
export function streamOf(track: MediaStreamTrack | null): MediaStream | null {
  if (!track) return null;
  const known = streams.get(track) ?? new MediaStream([track]);
  streams.set(track, known);
  return known;
}
