import { useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import { showControls, showName } from '../state/plain-text.ts';
import type { RoomSnapshot } from '../state/room-session.ts';

/** What a room is called: by its title, and a conversation of two by the other one's name, also when that one has left. */
export function useRoomName({ view, items }: RoomSnapshot): string {
  const t = useTexts();
  const { list } = useSurroundings();
  const known = useObservable(list).find(({ room }) => room === view.room)?.title ?? view.title;
  if (view.access !== 'direct') return showControls(known) || t.untitled;
  return showName(known || (items.findLast(({ device, from }) => device === view.peer && from !== '')?.from ?? t.unnamed));
}
