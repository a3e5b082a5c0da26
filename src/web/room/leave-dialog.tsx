import { useTexts } from '../context.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import type { RoomSession } from '../state/room-session.ts';

export function LeaveDialog({ open, onClose, session }: { open: boolean; onClose(): void; session: RoomSession }) {
  const t = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t.leaveTitle} text={t.leaveText}>
      <Confirm label={t.leaveDo} danger act={() => session.client.leave(session.room)} onDone={onClose} onCancel={onClose} />
    </Dialog>
  );
}
