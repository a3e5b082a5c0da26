import { useEffect, useState } from 'react';
import type { OnOpen, Overlay } from '../room/overlay.ts';
import type { FileItem } from '../state/file-desk.ts';
import { kindOf, shownTypeOf } from '../state/file-kind.ts';
import type { RoomSession } from '../state/room-session.ts';
import { DeleteFileDialog } from './delete-file-dialog.tsx';
import { FilesDialog } from './files-dialog.tsx';
import { Viewer } from './viewer.tsx';

interface FileOverlaysProps {
  session: RoomSession;
  overlay: Overlay | null;
  onOpen: (overlay: Overlay | null) => void;
}

/** The dialogs about files; fetched when the first of them opens. */
export function FileOverlays({ session, overlay, onOpen }: FileOverlaysProps) {
  const asked = overlay?.kind === 'files' || overlay?.kind === 'viewer' || overlay?.kind === 'delete-file';
  const items = useFiles(session, asked);
  const file = overlay && 'file' in overlay ? overlay.file : null;
  const find = (id: string | null): FileItem | null => items?.find((item) => item.file.id === id) ?? null;
  const close = () => onOpen(null);
  const open: OnOpen = onOpen;
  const [fromList, setFromList] = useState(false);
  if (overlay?.kind === 'files' && !fromList) setFromList(true);
  if (overlay === null && fromList) setFromList(false);

  const wanted = overlay?.kind === 'viewer' ? find(file) : null;
  const [about, setAbout] = useState(wanted);
  if (wanted && wanted !== about) setAbout(wanted);
  return (
    <>
      <FilesDialog open={overlay?.kind === 'files'} onClose={close} onOpen={open} room={session.room} items={items} />
      <Viewer
        client={session.client}
        room={session.room}
        items={neighbours(items ?? [], about)}
        file={wanted?.file.id ?? null}
        onShow={(next) => onOpen({ kind: 'viewer', file: next })}
        onClose={() => onOpen(fromList ? { kind: 'files' } : null)}
      />
      <DeleteFileDialog item={overlay?.kind === 'delete-file' ? find(file) : null} onClose={close} session={session} />
    </>
  );
}

/** Pictures and videos are looked through together, recordings one by one; the oldest first. */
function neighbours(items: readonly FileItem[], about: FileItem | null): readonly FileItem[] {
  if (!about) return [];
  if (kindOf(about.file) === 'sound') return [about];
  return items.filter(({ file }) => shownTypeOf(file) !== null && kindOf(file) !== 'sound').toReversed();
}

/** The room's files, the newest first, for as long as a dialog is about them. */
function useFiles({ client, room, report }: RoomSession, asked: boolean): readonly FileItem[] | null {
  const [items, setItems] = useState<readonly FileItem[] | null>(null);
  useEffect(() => {
    if (!asked) return undefined;
    let over = false;
    const look = () =>
      void client.files.list(room).then((found) => {
        if (!over) setItems(found);
      }, report);
    look();
    const stop = client.on((event) => {
      const about = event.event === 'deleted' || (event.event === 'item' && event.item.kind === 'file');
      if (about && event.room === room) look();
    });
    return () => {
      over = true;
      stop();
    };
  }, [client, room, report, asked]);
  return items;
}
