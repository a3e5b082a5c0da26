import { Download, EllipsisVertical, Maximize2, Pause, Play, Trash2, X } from 'lucide-react';
import { useSurroundings, useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import { IconMenu } from '../parts/icon-menu.tsx';
import type { OnOpen } from '../room/overlay.ts';
import type { Fate, FileItem } from '../state/file-desk.ts';
import { kindOf } from '../state/file-kind.ts';
import { isolate } from '../state/plain-text.ts';
import type { ShownTransfer } from '../state/shown-transfers.ts';
import styles from './file-card.module.css';

interface ActionsProps {
  room: string;
  item: FileItem;
  transfer: ShownTransfer | undefined;
  fate: Fate | undefined;
  /** The page can show or play it itself. */
  shown: boolean;
  onOpen: OnOpen;
}

/** What can be done with a file: what is under way, or else what could be. */
export function FileActions({ room, item, transfer, fate, shown, onOpen }: ActionsProps) {
  const t = useTexts();
  const { desk } = useSurroundings();
  const { file, own } = item;
  const name = isolate(file.name);
  const save = () => void desk.save(room, item);
  const open = () => onOpen({ kind: 'viewer', file: file.id });
  if (transfer && transfer.state !== 'failed') {
    const paused = transfer.state === 'paused';
    return (
      <div className={styles['actions']}>
        {transfer.state !== 'finishing' && transfer.state !== 'absent' && (
          <IconButton
            label={paused ? t.resumeName(name) : t.pauseName(name)}
            onClick={() => (paused ? desk.resume(transfer.id) : desk.pause(transfer.id))}
          >
            {paused ? <Play size={18} aria-hidden="true" /> : <Pause size={18} aria-hidden="true" />}
          </IconButton>
        )}
        <IconButton label={t.cancelName(name)} onClick={() => desk.cancel(transfer.id)}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
    );
  }
  const sound = shown && kindOf(file) === 'sound';
  const look = {
    label: kindOf(file) === 'picture' ? t.openName(name) : t.playName(name),
    icon: <Maximize2 size={18} aria-hidden="true" />,
    choose: open,
  };
  const remove = {
    label: t.deleteFile,
    icon: <Trash2 size={18} aria-hidden="true" />,
    danger: true,
    choose: () => onOpen({ kind: 'delete-file', file: file.id }),
  };
  const entries = shown ? [look, remove] : [remove];
  return (
    <div className={styles['actions']}>
      {sound && (
        <IconButton label={t.playName(name)} onClick={open}>
          <Play size={19} aria-hidden="true" />
        </IconButton>
      )}
      {fate !== 'gone' && (
        <IconButton label={fate === 'saved' ? t.saveAgainName(name) : t.saveName(name)} onClick={save}>
          <Download size={19} aria-hidden="true" />
        </IconButton>
      )}
      {own && (
        <IconMenu label={t.fileMenu(name)} className={styles['more']} entries={entries}>
          <EllipsisVertical size={18} aria-hidden="true" />
        </IconMenu>
      )}
    </div>
  );
}
