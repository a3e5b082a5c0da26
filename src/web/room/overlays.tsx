import { useState } from 'react';
import { CompareDialog } from '../compare/compare-dialog.tsx';
import { HelpDialog } from '../dialogs/help-dialog.tsx';
import { InviteDialog } from '../dialogs/invite-dialog.tsx';
import { LeaveDialog } from '../dialogs/leave-dialog.tsx';
import { LinkDialog } from '../dialogs/link-dialog.tsx';
import { RemoveDialog } from '../dialogs/remove-dialog.tsx';
import { RenameDialog } from '../dialogs/rename-dialog.tsx';
import { NetworkDialog } from '../network/network-dialog.tsx';
import { MembersDialog } from '../people/members-panel.tsx';
import { later } from '../parts/later.tsx';
import type { RoomSession, RoomSnapshot } from '../state/room-session.ts';
import type { OnOpen, Overlay } from './overlay.ts';

/** Fetched with the first file that somebody looks at. */
const FileOverlays = later(async () => (await import('../files/file-overlays.tsx')).FileOverlays);

interface OverlaysProps {
  session: RoomSession;
  room: RoomSnapshot;
  overlay: Overlay | null;
  onOpen: (overlay: Overlay | null) => void;
}

/** The dialogs of a room. They stay mounted, so that each can fade out. */
export function Overlays({ session, room, overlay, onOpen }: OverlaysProps) {
  const { view } = room;
  const close = () => onOpen(null);
  const shown = (kind: Overlay['kind']) => overlay?.kind === kind;
  const about = (kind: Overlay['kind']) =>
    overlay && 'device' in overlay && overlay.kind === kind ? (view.members.find(({ device }) => device === overlay.device) ?? null) : null;
  const open: OnOpen = onOpen;
  const [files, setFiles] = useState(false);
  if (!files && (shown('files') || shown('viewer') || shown('delete-file'))) setFiles(true);
  return (
    <>
      <MembersDialog open={shown('members')} onClose={close} session={session} room={room} onOpen={open} />
      <InviteDialog open={shown('invite')} onClose={close} session={session} access={view.access} />
      <RenameDialog open={shown('rename')} onClose={close} session={session} name={view.name} />
      <LeaveDialog open={shown('leave')} onClose={close} session={session} direct={view.access === 'direct'} />
      <HelpDialog open={shown('help')} onClose={close} />
      <LinkDialog open={shown('link')} onClose={close} />
      <NetworkDialog open={shown('network')} onClose={close} client={session.client} access={view.access} />
      <RemoveDialog member={about('remove')} onClose={close} session={session} />
      <CompareDialog member={about('compare')} onClose={close} session={session} />
      {files && <FileOverlays session={session} overlay={overlay} onOpen={onOpen} />}
    </>
  );
}
