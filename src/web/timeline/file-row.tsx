import { FileCard } from '../files/file-card.tsx';
import type { OnOpen } from '../room/overlay.ts';
import type { FileItem } from '../state/file-desk.ts';
import { Bubble, type RowPlace } from './message-row.tsx';

/** A file that somebody sent. */
export function FileRow({ item, room, onOpen, first, last }: { item: FileItem; room: string; onOpen: OnOpen } & RowPlace) {
  return (
    <Bubble about={{ ...item, state: 'sent' }} first={first} last={last}>
      <FileCard room={room} item={item} onOpen={onOpen} />
    </Bubble>
  );
}
