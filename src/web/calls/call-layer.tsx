import { useEffect, useRef, useState } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { arrange } from '../state/calls/pictures.ts';
import { useObservable } from '../state/observable.ts';
import { isolate, showControls } from '../state/plain-text.ts';
import { BeforeCall } from './before-call.tsx';
import { CallAnnouncer } from './call-announcer.tsx';
import { UnsealedStop } from './call-dialogs.tsx';
import { CallSound } from './call-sound.tsx';
import { OutsideVideo } from './outside-video.tsx';
import { Ring } from './ring-card.tsx';
import { SmallCall } from './small-call.tsx';

/** What of calls is independent of the room on the screen. */
export function CallLayer() {
  const { callDesk, page } = useSurroundings();
  const { call, talk, pinned, before } = useObservable(callDesk.screen);
  const { speaker } = useObservable(callDesk.speaking);
  const roomy = useObservable(callDesk.roomy);
  const state = useObservable(page);
  useVisibility();
  const here = state.at === 'room' && state.session.room === call?.room;
  const inSight = here && (roomy || !talk);
  const { main, others } = arrange(call?.members ?? [], { layout: 'speaker', pinned, speaker });
  const picture = main ?? others[0];
  const back = () => {
    if (!call) return;
    page.show(call.room);
    callDesk.prepare(call.room);
  };
  return (
    <>
      <Ring />
      <Before />
      <UnsealedStop />
      <CallAnnouncer />
      <CallSound />
      {call && picture && <OutsideVideo picture={picture} />}
      {call && picture && !inSight && before === null && <SmallCall picture={picture} onBack={back} />}
    </>
  );
}

/** The way in. */
function Before() {
  const t = useTexts();
  const { callDesk, list, page } = useSurroundings();
  const { before, call } = useObservable(callDesk.screen);
  const media = useObservable(callDesk.media);
  const rooms = useObservable(list);
  const state = useObservable(page);
  const own = state.at === 'room' ? state.session.get().view : null;
  const first = useRef<HTMLButtonElement>(null);
  // While it fades out it says what it said.
  const [room, setRoom] = useState('');
  if (before && before.room !== room) setRoom(before.room);
  const nameOf = (room: string) => {
    const summary = rooms.find((one) => one.room === room);
    return isolate(showControls(summary?.title ?? '') || (summary?.access === 'direct' ? t.unnamed : t.untitled));
  };
  const direct = rooms.find((one) => one.room === room)?.access === 'direct';
  const leaves = call && call.room !== room && before && !before.joining ? nameOf(call.room) : null;
  return (
    <Dialog
      open={before !== null}
      onClose={callDesk.giveUp}
      title={direct ? t.callTitleTwo(nameOf(room)) : t.callTitle(nameOf(room))}
      firstFocus={first}
      lastFocus={() => document.querySelector<HTMLElement>('[data-call-controls] button')}
    >
      {media && before && own && <BeforeCall media={media} wanted={before.wanted} room={room} own={own} leaves={leaves} first={first} />}
    </Dialog>
  );
}

/** Nobody has to send what nobody looks at. */
function useVisibility(): void {
  const { shown } = useSurroundings().callDesk;
  useEffect(() => {
    const look = () => shown.setVisible(document.visibilityState === 'visible');
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [shown]);
}
