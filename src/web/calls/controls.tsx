import {
  Ellipsis,
  Hand,
  LayoutGrid,
  MessageSquareText,
  PhoneOff,
  PictureInPicture2,
  ScreenShare,
  ScreenShareOff,
  Settings2,
  UserRound,
} from 'lucide-react';
import type { RefObject } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { Badge } from '../parts/badge.tsx';
import { MenuButton } from '../parts/menu-button.tsx';
import { sends } from '../state/calls/call-screen.ts';
import { useObservable } from '../state/observable.ts';
import { useCallKeys } from './call-keys.ts';
import styles from './controls.module.css';
import { CameraSwitch, MicrophoneSwitch } from './own-switches.tsx';
import { canShowOutside, pictureOutside, toggleOutside } from './picture-outside.ts';
import { SignButton } from './sign-button.tsx';
import signs from './sign-button.module.css';

interface ControlsProps {
  /** Where the focus goes that would be lost. */
  first: RefObject<HTMLButtonElement | null>;
  unread: number;
  /** All buttons stand side by side; else the menu has the rest. */
  wide: boolean;
  onDevices(): void;
}

export function Controls({ first, unread, wide, onDevices }: ControlsProps) {
  const t = useTexts();
  const { callDesk } = useSurroundings();
  const { call, turning, talk, layout, pinned } = useObservable(callDesk.screen);
  const media = useObservable(callDesk.media);
  const outside = useObservable(pictureOutside);
  useCallKeys(callDesk.turn, true);
  const own = call?.members.find((member) => member.own);
  const shares = sends(call, 'screen');
  const canShare = media?.devices.canShareScreen() ?? false;
  const grid = layout === 'grid' && pinned === null;
  const changeLayout = () => callDesk.set({ layout: grid ? 'speaker' : 'grid', pinned: null });
  const share = { label: shares ? t.callScreenStop : t.callScreen, choose: () => callDesk.turn('screen') };
  const view = { label: grid ? t.callLarge : t.callGrid, choose: changeLayout };
  const viewSign = (size: number) => (grid ? <UserRound size={size} aria-hidden="true" /> : <LayoutGrid size={size} aria-hidden="true" />);
  const shareSign = (size: number) =>
    shares ? <ScreenShareOff size={size} aria-hidden="true" /> : <ScreenShare size={size} aria-hidden="true" />;
  const entries = [
    ...(!wide && canShare ? [{ ...share, icon: shareSign(18) }] : []),
    ...(wide ? [] : [{ ...view, icon: viewSign(18) }]),
    { label: t.callDevices, icon: <Settings2 size={18} aria-hidden="true" />, choose: onDevices },
    ...(canShowOutside()
      ? [
          {
            label: outside ? t.callPictureEnd : t.callPicture,
            icon: <PictureInPicture2 size={18} aria-hidden="true" />,
            choose: () => void toggleOutside().catch(callDesk.report),
          },
        ]
      : []),
  ];
  return (
    <div role="group" data-call-controls className={styles['bar']} aria-label={t.callControls}>
      <MicrophoneSwitch
        ref={first}
        on={sends(call, 'microphone')}
        busy={turning.includes('microphone')}
        onTurn={() => callDesk.turn('microphone')}
      />
      <CameraSwitch on={sends(call, 'camera')} busy={turning.includes('camera')} onTurn={() => callDesk.turn('camera')} />
      {wide && canShare && (
        <SignButton
          label={t.callScreen}
          hint={share.label}
          on={shares}
          look={shares ? 'active' : 'plain'}
          aria-busy={turning.includes('screen')}
          onClick={share.choose}
        >
          {shareSign(20)}
        </SignButton>
      )}
      <SignButton
        label={t.callHand}
        hint={own?.hand ? t.callHandDown : t.callHand}
        on={own?.hand ?? false}
        look={own?.hand ? 'active' : 'plain'}
        onClick={callDesk.toggleHand}
      >
        <Hand size={20} aria-hidden="true" />
      </SignButton>
      {wide && (
        <SignButton label={view.label} onClick={changeLayout}>
          {viewSign(20)}
        </SignButton>
      )}
      <SignButton
        label={talk || unread === 0 ? t.callTalk : t.callTalkNew(unread)}
        on={talk}
        look={talk ? 'active' : 'plain'}
        onClick={() => callDesk.set({ talk: !talk })}
      >
        <MessageSquareText size={20} aria-hidden="true" />
        {!talk && <Badge count={unread} />}
      </SignButton>
      <MenuButton className={signs['sign']} aria-label={t.callOptions} title={t.callOptions} entries={entries} side="top">
        <Ellipsis size={20} aria-hidden="true" />
      </MenuButton>
      <SignButton label={t.callLeave} look="end" className={styles['leave']} onClick={callDesk.leave}>
        <PhoneOff size={20} aria-hidden="true" />
      </SignButton>
    </div>
  );
}
