import { type RefObject, useRef, useState } from 'react';
import { useTexts } from '../context.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import type { RoomSession } from '../state/room-session.ts';

export function RenameDialog({ open, onClose, session, name }: { open: boolean; onClose(): void; session: RoomSession; name: string }) {
  const t = useTexts();
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onClose={onClose} title={t.renameTitle} firstFocus={field}>
      {open && <Renaming onClose={onClose} session={session} name={name} field={field} />}
    </Dialog>
  );
}

interface RenamingProps {
  onClose(): void;
  session: RoomSession;
  name: string;
  field: RefObject<HTMLInputElement | null>;
}

function Renaming({ onClose, session, name, field }: RenamingProps) {
  const t = useTexts();
  const [typed, setTyped] = useState(name);
  return (
    <Confirm label={t.renameDo} act={() => session.client.rename(session.room, typed)} onDone={onClose} onCancel={onClose}>
      <Field
        ref={field}
        label={t.nameLabel}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="nickname"
        onFocus={(event) => event.target.select()}
      />
    </Confirm>
  );
}
