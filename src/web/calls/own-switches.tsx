import { type LucideIcon, Mic, MicOff, Video, VideoOff } from 'lucide-react';
import type { Ref } from 'react';
import { useTexts } from '../context.tsx';
import { CAMERA_KEY, keysOf, MICROPHONE_KEY } from './call-keys.ts';
import { SignButton } from './sign-button.tsx';

interface SwitchProps {
  on: boolean;
  busy: boolean;
  onTurn(): void;
  ref?: Ref<HTMLButtonElement>;
}

/** What is heard of oneself. */
export function MicrophoneSwitch(props: SwitchProps) {
  const t = useTexts();
  const keys = keysOf(MICROPHONE_KEY);
  const hint = props.on ? t.callMicrophoneOn : t.callMicrophoneOff;
  return <OwnSwitch {...props} label={t.callMicrophone} hint={hint(keys.shown)} keys={keys.said} sign={props.on ? Mic : MicOff} />;
}

/** What is seen of oneself. */
export function CameraSwitch(props: SwitchProps) {
  const t = useTexts();
  const keys = keysOf(CAMERA_KEY);
  const hint = props.on ? t.callCameraIsOn : t.callCameraIsOff;
  return <OwnSwitch {...props} label={t.callCamera} hint={hint(keys.shown)} keys={keys.said} sign={props.on ? Video : VideoOff} />;
}

interface OwnSwitchProps extends SwitchProps {
  label: string;
  hint: string;
  keys: string;
  sign: LucideIcon;
}

/** The name stays, and how it stands is said as of every switch. */
function OwnSwitch({ on, busy, onTurn, ref, label, hint, keys, sign: Sign }: OwnSwitchProps) {
  return (
    <SignButton
      ref={ref}
      label={label}
      hint={hint}
      aria-keyshortcuts={keys}
      on={on}
      look={on ? 'plain' : 'off'}
      aria-busy={busy}
      onClick={onTurn}
    >
      <Sign size={20} aria-hidden="true" />
    </SignButton>
  );
}
