import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
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

/** What is heard of oneself. The name stays, and how it stands is said as of every switch. */
export function MicrophoneSwitch({ on, busy, onTurn, ref }: SwitchProps) {
  const t = useTexts();
  const keys = keysOf(MICROPHONE_KEY);
  return (
    <SignButton
      ref={ref}
      label={t.callMicrophone}
      hint={on ? t.callMicrophoneOn(keys.shown) : t.callMicrophoneOff(keys.shown)}
      aria-keyshortcuts={keys.said}
      on={on}
      look={on ? 'plain' : 'off'}
      aria-busy={busy}
      onClick={onTurn}
    >
      {on ? <Mic size={20} aria-hidden="true" /> : <MicOff size={20} aria-hidden="true" />}
    </SignButton>
  );
}

export function CameraSwitch({ on, busy, onTurn, ref }: SwitchProps) {
  const t = useTexts();
  const keys = keysOf(CAMERA_KEY);
  return (
    <SignButton
      ref={ref}
      label={t.callCamera}
      hint={on ? t.callCameraIsOn(keys.shown) : t.callCameraIsOff(keys.shown)}
      aria-keyshortcuts={keys.said}
      on={on}
      look={on ? 'plain' : 'off'}
      aria-busy={busy}
      onClick={onTurn}
    >
      {on ? <Video size={20} aria-hidden="true" /> : <VideoOff size={20} aria-hidden="true" />}
    </SignButton>
  );
}
