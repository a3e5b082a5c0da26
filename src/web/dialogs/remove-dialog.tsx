import { useState } from 'react';
import type { Member } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { isolate } from '../state/plain-text.ts';
import type { RoomSession } from '../state/room-session.ts';

export function RemoveDialog({ member, onClose, session }: { member: Member | null; onClose(): void; session: RoomSession }) {
  const t = useTexts();
  // Kept while the dialog fades out.
  const [shown, setShown] = useState(member);
  if (member !== null && member !== shown) setShown(member);
  const name = isolate(shown?.name || t.unnamed);
  return (
    <Dialog open={member !== null} onClose={onClose} title={t.removeTitle(name)} text={t.removeText(name)}>
      {member !== null && (
        <Confirm
          label={t.removeDo}
          busyLabel={t.removing}
          danger
          act={() => session.client.remove(session.room, member.device)}
          onDone={onClose}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}
