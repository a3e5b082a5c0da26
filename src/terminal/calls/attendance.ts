import type { Client } from '../../client/index.ts';
import type { NodeCalls } from '../../client/node/index.ts';
import { CodedError } from '../../protocol/index.ts';
import type { PictureMode } from './pictures/picture-mode.ts';

/** What a screen does with others' pictures. `own`: it asks for what it shows by itself; `counted`: nobody looks, and they are decoded all the same. */
export type Looking = 'own' | 'counted' | 'nobody';

export interface AttendanceOptions {
  readonly looking: Looking;
  readonly mode: PictureMode;
  failed(error: CodedError): void;
}

/** How large pictures are decoded that only a script counts. */
const COUNTED = { width: 320, height: 180 };

/** Around a call whatever shows it: the window where one was asked for, and what is decoded where nobody looks. @returns ends it */
export function attendCalls(client: Client, pictures: NodeCalls | null, { looking, mode, failed }: AttendanceOptions): () => void {
  let isIn = false;
  let closeWindow: (() => void) | undefined;
  /** Counts calls: a window that opens late belongs to one that is over. */
  let round = 0;

  /** As it is now: people change their names. */
  function nameOf({ device }: { readonly device: string }): string {
    const room = client.calls.current();
    const members = room === null ? [] : (client.calls.view(room)?.members ?? []);
    return members.find((member) => member.device === device)?.name ?? '';
  }

  async function openWindow(shown: NodeCalls): Promise<void> {
    const mine = ++round;
    try {
      const close = await shown.openWindow(nameOf, () => void client.calls.leave().catch(() => {}));
      if (mine === round && isIn) closeWindow = close;
      else close();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      failed(error);
    }
  }

  function begin(): void {
    if (!pictures) return;
    if (mode === 'window') return void openWindow(pictures);
    if (looking === 'own' && mode !== 'none') return;
    const counts = looking === 'counted' && mode !== 'none';
    if (!counts) client.calls.show([]);
    pictures.show(counts ? COUNTED : null);
  }

  function end(): void {
    round += 1;
    closeWindow?.();
    closeWindow = undefined;
  }

  function look(): void {
    const room = client.calls.current();
    const state = room === null ? 'out' : client.calls.view(room)?.state;
    // While it comes back it is the same call, and the same window.
    const now = state === 'in' || (isIn && (state === 'waiting' || state === 'joining'));
    if (now === isIn) return;
    isIn = now;
    if (isIn) begin();
    else end();
  }

  const stop = client.on(({ event }) => {
    if (event === 'call') look();
  });
  look();
  return () => {
    stop();
    isIn = false;
    end();
  };
}
