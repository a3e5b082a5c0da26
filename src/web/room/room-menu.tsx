import { EllipsisVertical, Images, LogOut, Network, PenLine } from 'lucide-react';
import { useTexts } from '../context.tsx';
import { IconMenu } from '../parts/icon-menu.tsx';
import type { OnOpen } from './overlay.ts';

/** What is seldom needed. */
export function RoomMenu({ inside, onOpen }: { inside: boolean; onOpen: OnOpen }) {
  const t = useTexts();
  const rename = { label: t.rename, icon: <PenLine size={18} aria-hidden="true" />, choose: () => onOpen({ kind: 'rename' }) };
  const leave = { label: t.leave, icon: <LogOut size={18} aria-hidden="true" />, danger: true, choose: () => onOpen({ kind: 'leave' }) };
  const entries = [
    ...(inside ? [rename] : []),
    { label: t.filesTitle, icon: <Images size={18} aria-hidden="true" />, choose: () => onOpen({ kind: 'files' }) },
    { label: t.network, icon: <Network size={18} aria-hidden="true" />, choose: () => onOpen({ kind: 'network' }) },
    ...(inside ? [leave] : []),
  ];
  return (
    <IconMenu label={t.menu} entries={entries}>
      <EllipsisVertical size={20} aria-hidden="true" />
    </IconMenu>
  );
}
