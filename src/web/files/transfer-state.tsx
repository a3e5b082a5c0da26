import { useTexts } from '../context.tsx';
import type { ShownTransfer } from '../state/shown-transfers.ts';
import { type Sizes, useSizes } from './sizes.ts';
import type { WebTexts } from '../../client/locales/languages.ts';

/** How far a transfer is, in words. */
export function TransferState({ transfer, className }: { transfer: ShownTransfer; className: string }) {
  const t = useTexts();
  const sizes = useSizes();
  return <p className={className}>{partsOf(transfer, t, sizes).join(' · ')}</p>;
}

function partsOf(transfer: ShownTransfer, t: WebTexts, sizes: Sizes): string[] {
  const { state, direction, done, total, rate, left, folder } = transfer;
  const amount = total === null ? sizes.bytes(done) : sizes.part(done, total);
  switch (state) {
    case 'preparing':
      return [t.transferPreparing];
    case 'waiting':
      return done > 0 ? [t.transferWaiting, amount] : [t.transferWaiting];
    case 'paused':
      return [t.transferPaused, amount];
    case 'absent':
      return [direction === 'down' ? t.absentTarget : folder ? t.absentFolder : t.absentFile];
    case 'finishing':
      return [t.transferFinishing];
    case 'done':
      return [direction === 'up' ? t.transferSent : t.transferSaved, ...(total === null ? [] : [sizes.bytes(total)])];
    case 'running':
    case 'failed':
    case 'cancelled':
    default:
      return [
        amount,
        ...(rate === null ? [] : [t.transferRate(sizes.bytes(rate))]),
        ...(left === null || !Number.isFinite(left) ? [] : [t.transferLeft(sizes.left(left))]),
      ];
  }
}
