import type { CallSource } from '../../../protocol/index.ts';

/** Tracks of others that can be shown now. */
export interface TrackBoard {
  of(device: string, source: CallSource): MediaStreamTrack | null;
  put(device: string, source: CallSource, track: MediaStreamTrack): void;
  /** Takes it off, if it is still that one. */
  remove(device: string, source: CallSource, track: MediaStreamTrack): void;
}

export function createTrackBoard(onChange: () => void): TrackBoard {
  const tracks = new Map<string, MediaStreamTrack>();
  const nameOf = (device: string, source: CallSource) => `${device} ${source}`;
  return {
    of: (device, source) => tracks.get(nameOf(device, source)) ?? null,
    put(device, source, track) {
      if (tracks.get(nameOf(device, source)) === track) return;
      tracks.set(nameOf(device, source), track);
      onChange();
    },
    remove(device, source, track) {
      if (tracks.get(nameOf(device, source)) === track && tracks.delete(nameOf(device, source))) onChange();
    },
  };
}
