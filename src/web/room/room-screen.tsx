import { useEffect, useState } from 'react';
import type { Member } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import type { RoomSession } from '../state/room-session.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { MembersDialog, MembersPanel } from './members-panel.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { RoomHeader } from './room-header.tsx';
import styles from './room-screen.module.css';
import { Timeline } from './timeline.tsx';

/** What stands over the room; one thing at a time. */
export type Overlay =
  | { readonly kind: 'members' | 'invite' | 'rename' | 'leave' | 'help' | 'link' }
  | { readonly kind: 'remove'; readonly member: Member };

export function RoomScreen({ session }: { session: RoomSession }) {
  const t = useTexts();
  const room = useObservable(session);
  const { view } = room;
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const close = () => setOverlay(null);
  const shown = (kind: Overlay['kind']) => overlay?.kind === kind;
  const title = view.title || t.untitled;
  const unread = room.items.filter((item) => item.kind === 'text' && !item.own && item.seq > view.readUpTo).length;

  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${title} · Corrillo`;
  }, [title, unread]);

  return (
    <div className={styles['screen']}>
      <main className={styles['main']}>
        <RoomHeader room={room} title={title} onOpen={setOverlay} />
        <Timeline session={session} room={room} unread={unread} onInvite={() => setOverlay({ kind: 'invite' })} />
        <Composer session={session} room={room} onOpen={setOverlay} />
      </main>
      <aside className={styles['aside']} aria-label={t.membersTitle}>
        <MembersPanel room={room} onOpen={setOverlay} />
      </aside>
      <Announcer heard={room.heard} />
      <MembersDialog open={shown('members')} onClose={close} room={room} onOpen={setOverlay} />
      <InviteDialog open={shown('invite')} onClose={close} session={session} />
      <RenameDialog open={shown('rename')} onClose={close} session={session} name={view.name} />
      <LeaveDialog open={shown('leave')} onClose={close} session={session} />
      <HelpDialog open={shown('help')} onClose={close} />
      <LinkDialog open={shown('link')} onClose={close} />
      <RemoveDialog member={overlay?.kind === 'remove' ? overlay.member : null} onClose={close} session={session} />
    </div>
  );
}
