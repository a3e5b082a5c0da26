import { useState } from 'react';
import { useTexts } from '../context.tsx';
import { showName } from '../state/plain-text.ts';
import type { RoomSummary } from '../state/room-list.ts';

/** Says that something came in another room, and in which; what it was is read there. */
export function ElsewhereAnnouncer({ rooms, current }: { rooms: readonly RoomSummary[]; current: string }) {
  const t = useTexts();
  const [before, setBefore] = useState(rooms);
  const [heard, setHeard] = useState('');
  if (before !== rooms) {
    setBefore(rooms);
    const grown = rooms.find(
      ({ room, unread }) => room !== current && unread > (before.find((earlier) => earlier.room === room)?.unread ?? 0),
    );
    if (grown)
      setHeard(`${t.heardElsewhere(showName(grown.title || (grown.access === 'direct' ? t.unnamed : t.untitled)))} (${grown.unread})`);
  }
  return <output className="said">{heard}</output>;
}
