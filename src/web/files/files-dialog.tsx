import { Play } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTexts } from '../context.tsx';
import { useFormats } from '../format.ts';
import { Choice } from '../parts/choice.tsx';
import { Dialog } from '../parts/dialog.tsx';
import type { OnOpen } from '../room/overlay.ts';
import type { FileItem } from '../state/file-desk.ts';
import { kindOf } from '../state/file-kind.ts';
import { isolate } from '../state/plain-text.ts';
import { FileCard } from './file-card.tsx';
import { FileIcon } from './file-icon.tsx';
import styles from './files-dialog.module.css';
import onPicture from './on-picture.module.css';
import { Picture } from './picture.tsx';
import { useSizes } from './sizes.ts';

interface FilesDialogProps {
  open: boolean;
  onClose(): void;
  onOpen: OnOpen;
  room: string;
  /** The newest first; null while they are looked for. */
  items: readonly FileItem[] | null;
}

type Which = 'seen' | 'all';

/** All files of a room: what can be looked at as a grid, and everything as a list. */
export function FilesDialog({ open, onClose, onOpen, room, items }: FilesDialogProps) {
  const t = useTexts();
  const [which, setWhich] = useState<Which>('seen');
  const seen = items?.filter(({ file }) => ['picture', 'video'].includes(kindOf(file))) ?? [];
  return (
    <Dialog open={open} onClose={onClose} title={t.filesTitle} shape="broad">
      <Choice
        look="tabs"
        label={t.filesShow}
        options={[
          { value: 'seen', label: t.filesSeen },
          { value: 'all', label: t.filesAll },
        ]}
        value={which}
        onChange={setWhich}
      />
      <div className={styles['body']}>
        {items === null ? (
          <p className={styles['none']}>{t.filesLoading}</p>
        ) : which === 'seen' ? (
          <Grid items={seen} onOpen={onOpen} />
        ) : (
          <List items={items} room={room} onOpen={onOpen} />
        )}
      </div>
    </Dialog>
  );
}

/** One stop for the tab key; the arrows go about in it. */
function Grid({ items, onOpen }: { items: readonly FileItem[]; onOpen: OnOpen }) {
  const t = useTexts();
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLUListElement>(null);
  if (items.length === 0) return <p className={styles['none']}>{t.filesSeenNone}</p>;

  function onKeyDown(event: KeyboardEvent): void {
    const buttons = [...(grid.current?.querySelectorAll('button') ?? [])];
    const top = buttons[0]?.offsetTop;
    const columns = buttons.filter(({ offsetTop }) => offsetTop === top).length;
    const steps: Partial<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[event.key];
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : step === undefined ? undefined : at + step;
    const button = next === undefined ? undefined : buttons[next];
    if (next === undefined) return;
    event.preventDefault();
    if (!button) return;
    setAt(next);
    button.focus();
  }

  const current = Math.min(at, items.length - 1);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears what its buttons do not take
    <ul ref={grid} className={styles['grid']} onKeyDown={onKeyDown}>
      {items.map((item, i) => (
        <li key={item.file.id}>
          <Tile item={item} tabIndex={i === current ? 0 : -1} onFocus={() => setAt(i)} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

interface TileProps {
  item: FileItem;
  tabIndex: number;
  onFocus(): void;
  onOpen: OnOpen;
}

function Tile({ item: { file }, tabIndex, onFocus, onOpen }: TileProps) {
  const t = useTexts();
  const sizes = useSizes();
  const picture = file.preview?.picture;
  const video = kindOf(file) === 'video';
  const name = isolate(file.name);
  const length = file.preview?.duration ? sizes.clock(file.preview.duration) : '';
  return (
    <button
      type="button"
      className={styles['tile']}
      tabIndex={tabIndex}
      onFocus={onFocus}
      onClick={() => onOpen({ kind: 'viewer', file: file.id })}
    >
      <span className="said">{video ? t.playName(name) : t.openName(name)}</span>
      {picture ? <Picture picture={picture} /> : <FileIcon kind={kindOf(file)} />}
      {video && (
        <span className={`${onPicture['label']} ${styles['length']}`}>
          <Play size={12} aria-hidden="true" />
          {length}
        </span>
      )}
    </button>
  );
}

function List({ items, room, onOpen }: { items: readonly FileItem[]; room: string; onOpen: OnOpen }) {
  const t = useTexts();
  const formats = useFormats();
  if (items.length === 0) return <p className={styles['none']}>{t.filesNone}</p>;
  return (
    <ul className={styles['list']}>
      {items.map((item) => (
        <li key={item.file.id}>
          <FileCard room={room} item={item} onOpen={onOpen} plain />
          <p className={styles['from']} dir="auto">
            {t.filesFrom(item.own ? t.you : isolate(item.from || t.unnamed), formats.day(item.at))}
          </p>
        </li>
      ))}
    </ul>
  );
}
