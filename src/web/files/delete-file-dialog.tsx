import { useState } from 'react';
import { useTexts } from '../context.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import type { FileItem } from '../state/file-desk.ts';
import { isolate } from '../state/plain-text.ts';
import type { RoomSession } from '../state/room-session.ts';

export function DeleteFileDialog({ item, onClose, session }: { item: FileItem | null; onClose(): void; session: RoomSession }) {
  const t = useTexts();
  // Kept while the dialog fades out.
  const [shown, setShown] = useState(item);
  if (item !== null && item !== shown) setShown(item);
  return (
    <Dialog open={item !== null} onClose={onClose} title={t.deleteTitle} text={t.deleteText(isolate(shown?.file.name ?? ''))}>
      {item !== null && (
        <Confirm
          label={t.deleteDo}
          busyLabel={t.deleting}
          danger
          act={() => session.client.files.delete(session.room, item.file.id)}
          onDone={onClose}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}
