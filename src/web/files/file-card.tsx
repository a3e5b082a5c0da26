import { Check, Play } from 'lucide-react';
import { useSentence, useTexts } from '../context.tsx';
import { Progress } from '../parts/progress.tsx';
import type { OnOpen } from '../room/overlay.ts';
import type { Fate, FileItem } from '../state/file-desk.ts';
import { kindOf, shownTypeOf } from '../state/file-kind.ts';
import { isolate } from '../state/plain-text.ts';
import type { ShownTransfer } from '../state/shown-transfers.ts';
import { FileActions } from './file-actions.tsx';
import styles from './file-card.module.css';
import onPicture from './on-picture.module.css';
import { FileIcon } from './file-icon.tsx';
import { FileName } from './file-name.tsx';
import { Picture } from './picture.tsx';
import { useSizes } from './sizes.ts';
import { TransferState } from './transfer-state.tsx';
import { useFile } from './use-file.ts';

interface FileCardProps {
  room: string;
  item: FileItem;
  onOpen: OnOpen;
  /** In a list: without the large picture. */
  plain?: boolean;
}

/** A file in the conversation: what it is, and what can be done with it. */
export function FileCard({ room, item, onOpen, plain = false }: FileCardProps) {
  const t = useTexts();
  const { file } = item;
  const { transfer, fate } = useFile(file.id);
  const gone = fate === 'gone';
  const shown = !gone && shownTypeOf(file) !== null;
  const open = () => onOpen({ kind: 'viewer', file: file.id });
  const name = isolate(file.name);
  return (
    <div
      className={styles['card']}
      data-gone={gone || undefined}
      data-plain={plain || undefined}
      role="group"
      aria-label={t.fileNamed(name)}
    >
      {!plain && <CardPicture item={item} {...(shown ? { onOpen: open } : {})} />}
      <div className={styles['line']}>
        {!file.preview?.picture && <FileIcon kind={kindOf(file)} />}
        {plain && file.preview?.picture && <Picture picture={file.preview.picture} className={styles['thumb']} />}
        <div className={styles['about']}>
          <p className={styles['name']}>
            <FileName name={file.name} />
          </p>
          <CardState item={item} transfer={transfer} fate={fate} />
        </div>
        <FileActions room={room} item={item} transfer={transfer} fate={fate} shown={shown} onOpen={onOpen} />
      </div>
      {transfer && transfer.state !== 'failed' && (
        <Progress
          label={t.saveName(name)}
          share={transfer.total === null ? null : transfer.done / Math.max(transfer.total, 1)}
          resting={transfer.state !== 'running'}
        />
      )}
    </div>
  );
}

/** The sender's preview; a click shows the whole. */
function CardPicture({ item, onOpen }: { item: FileItem; onOpen?: () => void }) {
  const t = useTexts();
  const sizes = useSizes();
  const { preview, name } = item.file;
  if (!preview?.picture) return null;
  const kind = kindOf(item.file);
  const video = kind === 'video';
  const { width, height, duration } = preview;
  const picture = (
    <>
      <Picture picture={preview.picture} className={styles['picture']} />
      {video && (
        <span className={styles['play']} aria-hidden="true">
          <Play size={26} />
        </span>
      )}
      {duration !== null && <span className={`${onPicture['label']} ${styles['duration']}`}>{sizes.clock(duration)}</span>}
    </>
  );
  // As high as it is going to be, so that nothing jumps when it is there; of a document its head is enough.
  const shape = { aspectRatio: `${kind === 'pdf' ? 4 / 3 : clampRatio(width, height)}` };
  if (!onOpen) {
    return (
      <div className={styles['frame']} data-kind={kind} style={shape}>
        {picture}
      </div>
    );
  }
  const label = video ? t.playName(isolate(name)) : t.openName(isolate(name));
  return (
    <button type="button" className={styles['frame']} data-kind={kind} style={shape} onClick={onOpen}>
      <span className="said">{label}</span>
      {picture}
    </button>
  );
}

/** Neither a stripe nor a tower. Others' numbers may be anything. */
function clampRatio(width: number | null, height: number | null): number {
  if (!width || !height) return 16 / 9;
  return Math.min(2.6, Math.max(0.8, width / height));
}

function CardState({ item, transfer, fate }: { item: FileItem; transfer: ShownTransfer | undefined; fate: Fate | undefined }) {
  const t = useTexts();
  const sizes = useSizes();
  const sentence = useSentence();
  if (transfer?.state === 'failed' && transfer.problem && fate !== 'gone')
    return <p className={`${styles['meta']} ${styles['trouble']}`}>{sentence(transfer.problem)}</p>;
  if (transfer && transfer.state !== 'failed') return <TransferState transfer={transfer} className={styles['meta'] as string} />;
  const { size, files, preview } = item.file;
  const parts = [
    sizes.bytes(size),
    ...(files === null ? [] : [t.folderFiles(files)]),
    ...(preview?.duration && !preview.picture ? [sizes.clock(preview.duration)] : []),
    ...(fate === 'gone' ? [t.fileGone] : []),
  ];
  return (
    <p className={styles['meta']}>
      {parts.join(' · ')}
      {fate === 'saved' && (
        <span className={styles['saved']}>
          <Check size={14} aria-hidden="true" /> {t.fileSaved}
        </span>
      )}
    </p>
  );
}
