import { type CallSource, CodedError } from '../../../../protocol/index.ts';
import { explainRefusal } from './refusals.ts';

/** A device to be used if it is there, or (`only`) no other one. */
export interface Wish {
  readonly id: string | null;
  readonly only?: boolean;
}

/** Asks the browser, and by it the person, for a camera or a microphone. Rejects as `CallTransport.turn` does. */
export async function askForDevice(source: 'camera' | 'microphone', { id, only = false }: Wish): Promise<MediaStreamTrack> {
  const device = id === null ? {} : { deviceId: only ? { exact: id } : { ideal: id } };
  const constraints: MediaStreamConstraints =
    source === 'camera'
      ? { video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, ...device } }
      : { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...device } };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const [track] = stream.getTracks();
    if (!track) throw new CodedError(source === 'camera' ? 'no_camera' : 'no_microphone');
    track.contentHint = source === 'camera' ? 'motion' : 'speech';
    return track;
  } catch (error) {
    throw explainRefusal(source, error);
  }
}

/** What a page may say about sharing beside what all browsers know; those that do not know it pass over it. */
interface ScreenWish extends DisplayMediaStreamOptions {
  readonly systemAudio: 'include';
  readonly surfaceSwitching: 'include';
  readonly selfBrowserSurface: 'exclude';
}

/** @returns the picture, and its sound where the browser and the person give it */
export async function askForScreen(): Promise<{ readonly screen: MediaStreamTrack; readonly sound: MediaStreamTrack | undefined }> {
  try {
    const wish: ScreenWish = {
      video: { frameRate: { ideal: 15, max: 30 }, width: { max: 2560 }, height: { max: 1600 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      systemAudio: 'include',
      surfaceSwitching: 'include',
      // A call that shows itself shows itself showing itself.
      selfBrowserSurface: 'exclude',
    };
    const stream = await navigator.mediaDevices.getDisplayMedia(wish);
    const [screen] = stream.getVideoTracks();
    if (!screen) throw new CodedError('no_screen');
    screen.contentHint = 'detail';
    return { screen, sound: stream.getAudioTracks()[0] };
  } catch (error) {
    throw explainRefusal('screen' satisfies CallSource, error);
  }
}

export const canShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === 'function';
