import { Dialog } from '@base-ui/react/dialog';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Progress } from '../parts/progress.tsx';
import type { FileItem } from '../state/file-desk.ts';
import { kindOf } from '../state/file-kind.ts';
import { isolate, showName } from '../state/plain-text.ts';
import { type Problem, problemOf } from '../state/problem.ts';
import { FileIcon } from './file-icon.tsx';
import { FileName } from './file-name.tsx';
import { showFile } from './shown-file.ts';
import { Picture } from './picture.tsx';
import { useSizes } from './sizes.ts';
import styles from './viewer.module.css';
import type { Client } from '../../client/index.ts';

interface ViewerProps {
  client: Client;
  room: string;
  /** All that can be gone to from here, in the order of the conversation; empty: nothing is open. */
  items: readonly FileItem[];
  /** Which of them is shown; null while it is shut. */
  file: string | null;
  onShow(file: string): void;
  onClose(): void;
}

/** One picture, video or recording, as large as the window. */
export function Viewer({ client, room, items, file, onShow, onClose }: ViewerProps) {
  const t = useTexts();
  const { desk, business } = useSurroundings();
  const open = file !== null;
  const shut = useRef<HTMLButtonElement>(null);
  useEffect(() => (open ? business.begin() : undefined), [open, business]);
  // Kept while the dialog fades out.
  const found = items.findIndex((item) => item.file.id === file);
  const [kept, setKept] = useState(found);
  if (found !== -1 && found !== kept) setKept(found);
  const at = found === -1 ? kept : found;
  const item = items[at];
  const go = (step: number) => {
    const next = items[at + step];
    if (next) onShow(next.file.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // In a player the arrows are its own.
    if (event.target instanceof HTMLMediaElement) return;
    if (event.key === 'ArrowLeft') go(-1);
    if (event.key === 'ArrowRight') go(1);
  };
  if (!item) return null;
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['shade']} />
        <Dialog.Popup className={styles['popup']} initialFocus={shut} onKeyDown={onKeyDown}>
          <header className={styles['head']}>
            <Dialog.Title className={styles['title']}>
              <FileName name={item.file.name} />
            </Dialog.Title>
            {items.length > 1 && <span className={styles['count']}>{t.viewerCount(at + 1, items.length)}</span>}
            <IconButton label={t.saveName(isolate(item.file.name))} className={styles['tool']} onClick={() => void desk.save(room, item)}>
              <Download size={20} aria-hidden="true" />
            </IconButton>
            <Dialog.Close ref={shut} render={<IconButton label={t.close} className={styles['tool']} />}>
              <X size={22} aria-hidden="true" />
            </Dialog.Close>
          </header>
          <div className={styles['stage']}>{open && <Shown key={item.file.id} client={client} room={room} item={item} />}</div>
          {items.length > 1 && (
            <IconButton
              label={t.viewerPrevious}
              className={`${styles['turn']} ${styles['left']}`}
              aria-disabled={at === 0}
              onClick={() => go(-1)}
            >
              <ChevronLeft size={28} aria-hidden="true" />
            </IconButton>
          )}
          {items.length > 1 && (
            <IconButton
              label={t.viewerNext}
              className={`${styles['turn']} ${styles['right']}`}
              aria-disabled={at === items.length - 1}
              onClick={() => go(1)}
            >
              <ChevronRight size={28} aria-hidden="true" />
            </IconButton>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type Stage =
  | { readonly at: 'fetching'; readonly share: number | null }
  | { readonly at: 'shown'; readonly url: string }
  | { readonly at: 'refused'; readonly why: 'too-large' | 'unknown' | Problem };

function Shown({ client, room, item }: { client: Client; room: string; item: FileItem }) {
  const t = useTexts();
  const sentence = useSentence();
  const { desk, fileWays } = useSurroundings();
  const [stage, setStage] = useState<Stage>({ at: 'fetching', share: null });

  useEffect(() => {
    const gone = new AbortController();
    let end = () => {};
    const share = (done: number) =>
      setStage((now) => (now.at === 'fetching' && !gone.signal.aborted ? { at: 'fetching', share: done } : now));
    showFile({ client, ...fileWays }, room, item, share, gone.signal).then(
      (shown) => {
        if (shown.state === 'too-large') return setStage({ at: 'refused', why: 'too-large' });
        end = shown.end;
        if (gone.signal.aborted) return end();
        setStage({ at: 'shown', url: shown.url });
      },
      (error: unknown) => {
        if (gone.signal.aborted) return;
        desk.noticeFailure(item.file.id, error);
        setStage({ at: 'refused', why: problemOf(error) });
      },
    );
    return () => {
      gone.abort();
      end();
    };
  }, [client, room, item, desk, fileWays]);

  if (stage.at === 'shown') return <Media item={item} url={stage.url} onError={() => setStage({ at: 'refused', why: 'unknown' })} />;
  if (stage.at === 'fetching') return <Fetching item={item} share={stage.share} />;
  const { why } = stage;
  return (
    <div className={styles['refused']}>
      <FileIcon kind={kindOf(item.file)} />
      <p role="alert">{why === 'too-large' ? t.viewerTooLarge : why === 'unknown' ? t.viewerUnknown : sentence(why)}</p>
      <Button look="main" icon={<Download size={18} aria-hidden="true" />} onClick={() => void desk.save(room, item)}>
        {t.saveFile}
      </Button>
    </div>
  );
}

function Media({ item, url, onError }: { item: FileItem; url: string; onError(): void }) {
  const name = showName(item.file.name);
  const kind = kindOf(item.file);
  if (kind === 'picture') return <img className={styles['media']} src={url} alt={name} draggable={false} onError={onError} />;
  if (kind === 'video') {
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- people's own videos come without
    return <video className={styles['media']} src={url} controls autoPlay playsInline aria-label={name} onError={onError} />;
  }
  return (
    <div className={styles['sound']}>
      <FileIcon kind="sound" />
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- people's own recordings come without */}
      <audio src={url} controls autoPlay aria-label={name} onError={onError} />
    </div>
  );
}

/** The small picture stands in for the large one until that is there. */
function Fetching({ item, share }: { item: FileItem; share: number | null }) {
  const t = useTexts();
  const sizes = useSizes();
  const picture = item.file.preview?.picture;
  return (
    <>
      {picture && <Picture picture={picture} className={styles['stand-in']} />}
      <div className={styles['fetching']}>
        <Progress label={t.viewerLoading} share={share} />
        <p>{share === null ? t.viewerLoading : t.viewerLoaded(sizes.percent(share))}</p>
      </div>
    </>
  );
}
