import { useTexts } from '../context.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import type { RoomSession } from '../state/room-session.ts';

interface LeaveProps {
  open: boolean;
  onClose(): void;
  session: RoomSession;
  direct: boolean;
}

export function LeaveDialog({ open, onClose, session, direct }: LeaveProps) {
  const t = useTexts();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={direct ? t.leaveDirectTitle : t.leaveTitle}
      text={direct ? t.leaveDirectText : t.leaveText}
    >
      <Confirm label={t.leaveDo} danger act={() => session.client.leave(session.room)} onDone={onClose} onCancel={onClose} />
    </Dialog>
  );
}
