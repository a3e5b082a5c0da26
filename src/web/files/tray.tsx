import { ArrowDown, ArrowUp, Check, ChevronDown, ChevronUp, Folder, Pause, Play, RotateCw, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Progress } from '../parts/progress.tsx';
import { useObservable } from '../state/observable.ts';
import { isolate, showName } from '../state/plain-text.ts';
import { isResting, type ShownTransfer } from '../state/shown-transfers.ts';
import { FileName } from './file-name.tsx';
import { chooseFiles } from './picker.ts';
import { useSizes } from './sizes.ts';
import { TransferState } from './transfer-state.tsx';
import styles from './tray.module.css';

/** Rows that are drawn; hundreds that wait are a number. */
const MOST_ROWS = 30;

/** Everything on its way, of all rooms. */
export function Tray({ room }: { room: string }) {
  const t = useTexts();
  const { desk } = useSurroundings();
  const transfers = useObservable(desk.transfers);
  const [open, setOpen] = useState(true);
  const id = useId();
  if (transfers.length === 0) return null;
  const rows = transfers.toSorted((a, b) => Number(isResting(a)) - Number(isResting(b))).slice(0, MOST_ROWS);
  return (
    <section className={styles['tray']} aria-label={t.trayTitle}>
      {transfers.length > 1 && (
        <button type="button" className={styles['summary']} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <Summary transfers={transfers} />
          <span className={styles['toggle']}>
            {open ? t.trayShut : t.trayOpen}
            {open ? <ChevronDown size={16} aria-hidden="true" /> : <ChevronUp size={16} aria-hidden="true" />}
          </span>
        </button>
      )}
      <ul id={id} className={styles['rows']} hidden={!open && transfers.length > 1}>
        {rows.map((transfer) => (
          <TransferRow key={transfer.id} transfer={transfer} elsewhere={transfer.room !== room} />
        ))}
        {transfers.length > rows.length && <li className={styles['more']}>{t.trayMore(transfers.length - rows.length)}</li>}
      </ul>
    </section>
  );
}

function Summary({ transfers }: { transfers: readonly ShownTransfer[] }) {
  const t = useTexts();
  const sizes = useSizes();
  const moving = transfers.filter((transfer) => !isResting(transfer));
  const resting = transfers.filter((transfer) => isResting(transfer) && transfer.state !== 'done').length;
  const rate = moving.reduce((sum, transfer) => sum + (transfer.rate ?? 0), 0);
  const known = moving.filter(({ total }) => total !== null);
  const total = known.reduce((sum, transfer) => sum + (transfer.total ?? 0), 0);
  const done = known.reduce((sum, transfer) => sum + transfer.done, 0);
  const parts = [
    moving.length > 0 ? t.trayMoving(moving.length) : resting > 0 ? t.trayResting(resting) : t.trayDone,
    ...(total > 0 ? [sizes.percent(done / total)] : []),
  ];
  return (
    <span className={styles['total']}>
      {parts.join(' · ')}
      {rate > 0 && <span className={styles['rate']}> · {t.transferRate(sizes.bytes(rate))}</span>}
    </span>
  );
}

function TransferRow({ transfer, elsewhere }: { transfer: ShownTransfer; elsewhere: boolean }) {
  const t = useTexts();
  const sentence = useSentence();
  const { list } = useSurroundings();
  const { state, direction, name, folder, problem, total, done, room } = transfer;
  const title = elsewhere ? list.get().find((summary) => summary.room === room)?.title : undefined;
  const Arrow = state === 'done' ? Check : direction === 'up' ? ArrowUp : ArrowDown;
  return (
    <li className={styles['row']} data-state={state}>
      <span className={styles['way']}>
        <Arrow size={17} aria-hidden="true" />
        <span className="said">{direction === 'up' ? t.transferUp : t.transferDown}</span>
      </span>
      <div className={styles['about']}>
        <div className={styles['name']}>
          {folder && (
            <span className={styles['folder']}>
              <Folder size={15} aria-hidden="true" />
              <span className="said">{t.attachFolder}</span>
            </span>
          )}
          <FileName name={name} />
          {title !== undefined && title !== '' && <span className={styles['room']}>{t.transferIn(isolate(title))}</span>}
        </div>
        {state !== 'done' && state !== 'failed' && (
          <Progress
            label={showName(name)}
            share={state === 'preparing' ? 0 : total === null ? null : done / Math.max(total, 1)}
            resting={isResting(transfer) || state === 'waiting'}
          />
        )}
        {state !== 'failed' && <TransferState transfer={transfer} className={styles['meta'] as string} />}
        {problem && <p className={styles['trouble']}>{sentence(problem)}</p>}
        <Missing transfer={transfer} />
      </div>
      <RowActions transfer={transfer} />
    </li>
  );
}

/** After a reload a page has neither the file nor the place: the person gives them again. */
function Missing({ transfer: { id, state, direction, folder } }: { transfer: ShownTransfer }) {
  const t = useTexts();
  const { desk } = useSurroundings();
  if (state !== 'absent') return null;
  if (direction === 'down') {
    return (
      <Button className={styles['choose']} onClick={() => void desk.reopenTarget(id)}>
        {t.chooseTarget}
      </Button>
    );
  }
  const choose = async () => {
    const [picked] = await chooseFiles(folder ? 'folder' : 'file');
    if (picked) await desk.reopenSource(id, picked);
  };
  return (
    <Button className={styles['choose']} onClick={() => void choose()}>
      {folder ? t.chooseFolder : t.chooseFile}
    </Button>
  );
}

function RowActions({ transfer: { id, state, name: raw, canRetry } }: { transfer: ShownTransfer }) {
  const t = useTexts();
  const { desk } = useSurroundings();
  const name = isolate(raw);
  if (state === 'done') return null;
  if (state === 'failed') {
    return (
      <div className={styles['actions']}>
        {canRetry && (
          <IconButton label={t.retryName(name)} onClick={() => desk.retry(id)}>
            <RotateCw size={17} aria-hidden="true" />
          </IconButton>
        )}
        <IconButton label={t.dismissName(name)} onClick={() => desk.dismiss(id)}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </div>
    );
  }
  const paused = state === 'paused';
  return (
    <div className={styles['actions']}>
      {(paused || state === 'running' || state === 'waiting') && (
        <IconButton label={paused ? t.resumeName(name) : t.pauseName(name)} onClick={() => (paused ? desk.resume(id) : desk.pause(id))}>
          {paused ? <Play size={17} aria-hidden="true" /> : <Pause size={17} aria-hidden="true" />}
        </IconButton>
      )}
      <IconButton label={t.cancelName(name)} onClick={() => desk.cancel(id)}>
        <X size={18} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
