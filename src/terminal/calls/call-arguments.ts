import { CodedError } from '../../protocol/index.ts';
import { type PictureMode, readPictureMode } from './pictures/picture-mode.ts';

/** What is said about calls on the command line. */
export interface CallArguments {
  /** Joins the room's call, or begins one, as soon as one is inside. */
  readonly call: boolean;
  readonly camera: string | undefined;
  readonly microphone: string | undefined;
  readonly screen: string | undefined;
  readonly pushToTalk: boolean;
  readonly pictureMode: PictureMode;
}

/** Whoever names a camera means to be seen; `none` is no microphone. */
export const callSourcesOf = ({ camera, microphone }: CallArguments): { camera: boolean; microphone: boolean } => ({
  camera: camera !== undefined && camera !== 'none',
  microphone: microphone !== 'none',
});

export const callOptions = {
  call: { type: 'boolean', default: false },
  camera: { type: 'string' },
  microphone: { type: 'string' },
  screen: { type: 'string' },
  'push-to-talk': { type: 'boolean', default: false },
  pictures: { type: 'string' },
} as const;

interface Values {
  readonly call: boolean;
  readonly camera?: string | undefined;
  readonly microphone?: string | undefined;
  readonly screen?: string | undefined;
  readonly 'push-to-talk': boolean;
  readonly pictures?: string | undefined;
  readonly json: boolean;
}

/** @throws CodedError `bad_flag` */
export function readCallArguments({ call, camera, microphone, screen, 'push-to-talk': pushToTalk, pictures, json }: Values): CallArguments {
  for (const [flag, value] of Object.entries({ camera, microphone, screen }))
    if (value !== undefined && value.trim() === '') throw new CodedError('bad_flag', { message: `--${flag} ''` });
  // A script has no key to press: its microphone would be silent for good.
  if (json && pushToTalk) throw new CodedError('bad_flag', { message: '--push-to-talk --json' });
  return { call, camera, microphone, screen, pushToTalk, pictureMode: readPictureMode(pictures) };
}
