import type { Picked, TargetPorts } from '../../client/browser/files/index.ts';
import type { Client, FilePreview, FileSink, FileSource, TimelineItem, Transfer } from '../../client/index.ts';
import { createObservable, type Observable } from './observable.ts';
import { type Problem, problemOf } from './problem.ts';
import type { Business } from './reloader.ts';
import { createShownTransfers, isResting, preparing, type ShownTransfer } from './shown-transfers.ts';

export type FileItem = TimelineItem & { readonly kind: 'file' };

/** What was heard of a file since the page was opened. */
export type Fate = 'saved' | 'gone';

/** What happened last, to be said to those who do not see it. */
export interface News {
  readonly what: 'sending' | 'sent' | 'saving' | 'saved' | 'failed';
  readonly name: string;
  readonly problem: Problem | null;
}

/** What sending and saving needs beside the engine; fetched when it is needed first. */
export interface FileTools {
  sourceOf(picked: Picked): Promise<FileSource>;
  /** Made here, before anything is sealed; null where there is nothing to show. */
  previewOf(picked: Picked): Promise<FilePreview | null>;
  /** Null where the person chose no place. */
  targetFor(client: Client, room: string, item: FileItem, targets: TargetPorts): Promise<FileSink | null>;
}

export interface DeskPorts {
  readonly tools: () => Promise<FileTools>;
  readonly targets: () => Promise<TargetPorts>;
  readonly business: Business;
  /** ms */
  readonly now: () => number;
  after(ms: number, act: () => void): void;
}

/** All files on their way, of all rooms, and what becomes of them. What fails is shown where the transfer is. */
export interface FileDesk {
  readonly transfers: Observable<readonly ShownTransfer[]>;
  /** By file. */
  readonly fates: Observable<ReadonlyMap<string, Fate>>;
  readonly news: Observable<News | null>;
  follow(client: Client): void;
  unfollow(): void;
  /** Something goes up that this page alone has. */
  isSending(): boolean;
  send(room: string, picks: readonly Picked[]): Promise<void>;
  /** Has to be called while the browser counts the click that asked for it. */
  save(room: string, item: FileItem): Promise<void>;
  pause(id: string): void;
  resume(id: string): void;
  cancel(id: string): void;
  retry(id: string): void;
  dismiss(id: string): void;
  /** Gives an upload its file again, after a reload. */
  reopenSource(id: string, picked: Picked): Promise<void>;
  /** Gives a download a place again. */
  reopenTarget(id: string): Promise<void>;
  /** Somebody looked at a file, and that did not work. */
  noticeFailure(file: string, error: unknown): void;
}

/** ms for which what is done stays to be seen. */
const DONE_SHOWN = 4_000;

/** What a transfer can be begun anew from. */
type Origin = { readonly kind: 'up'; readonly picked: Picked } | { readonly kind: 'down'; readonly item: FileItem };

export function createFileDesk({ tools, targets, business, now, after }: DeskPorts): FileDesk {
  const shownTransfers = createShownTransfers(business, now);
  const { find, put } = shownTransfers;
  const fates = createObservable<ReadonlyMap<string, Fate>>(new Map());
  const news = createObservable<News | null>(null);
  const originsById = new Map<string, Origin>();
  /** What people want to see no more of, though the engine is not through with it. */
  const dismissed = new Set<string>();
  let client: Client | undefined;
  let stop = () => {};
  let locals = 0;

  function drop(id: string): void {
    shownTransfers.drop(id);
    originsById.delete(id);
  }

  function show(transfer: Transfer): void {
    const { id, state, direction, name, file } = transfer;
    const known = find(id);
    if (state === 'cancelled') return drop(id);
    const over = state === 'done' || state === 'failed';
    // What was dismissed while it ended is not to come back; what an earlier page did not come to say is said now.
    if (over && dismissed.delete(id)) return;
    const shown = shownTransfers.take(transfer, { canRetry: originsById.has(id) });
    if (!known && !over) tell(direction === 'up' ? 'sending' : 'saving', name);
    if (state === 'failed') noticeEnd(shown);
    if (state !== 'done') return;
    tell(direction === 'up' ? 'sent' : 'saved', name);
    if (direction === 'down' && file !== null) setFate(file, 'saved');
    after(DONE_SHOWN, () => drop(id));
  }

  const tell = (what: News['what'], name: string, problem: Problem | null = null) => news.set({ what, name, problem });
  const setFate = (file: string, fate: Fate) => fates.set(new Map(fates.get()).set(file, fate));

  function noticeEnd({ name, file, problem }: ShownTransfer): void {
    tell('failed', name, problem);
    if (file !== null && problem?.code === 'file_gone') setFate(file, 'gone');
  }

  /** What failed before the engine had it, or what the engine would not do. */
  function failHere(id: string, error: unknown): void {
    const shown = find(id);
    if (!shown) return;
    const failed = { ...shown, state: 'failed' as const, problem: problemOf(error), rate: null, left: null, canRetry: originsById.has(id) };
    put(failed);
    noticeEnd(failed);
  }

  function prepare(origin: Origin, about: Parameters<typeof preparing>[1]): string {
    const id = `local-${locals++}`;
    originsById.set(id, origin);
    put(preparing(id, about));
    return id;
  }

  async function sendOne(room: string, picked: Picked): Promise<void> {
    const using = client;
    const folder = picked.kind === 'folder';
    const local = prepare({ kind: 'up', picked }, { room, direction: 'up', file: null, folder, ...sizeOf(picked) });
    try {
      const { previewOf, sourceOf } = await tools();
      const [preview, source] = await Promise.all([previewOf(picked), sourceOf(picked)]);
      // It was cancelled meanwhile, or the page has let go of the device.
      if (!using || using !== client || !find(local)) return drop(local);
      const id = await using.files.upload(room, source, { preview });
      if (!find(local)) return await using.files.cancel(id);
      adopt(local, id, using);
    } catch (error) {
      failHere(local, error);
    }
  }

  /** What was prepared is on its way now, in the same place. */
  function adopt(local: string, id: string, using: Client): void {
    const origin = originsById.get(local);
    drop(id);
    shownTransfers.rename(local, id);
    originsById.delete(local);
    if (origin) originsById.set(id, origin);
    const known = using.files.transfers().find((transfer) => transfer.id === id);
    if (known) shownTransfers.take(known, { canRetry: true });
    else drop(id);
  }

  async function save(room: string, item: FileItem): Promise<void> {
    const using = client;
    if (!using) return;
    const { id: file, name, size } = item.file;
    try {
      const { targetFor } = await tools();
      const sink = await targetFor(using, room, item, await targets());
      if (!sink) return;
      const id = await using.files.download(room, file, sink);
      originsById.set(id, { kind: 'down', item });
      const shown = find(id);
      if (shown) put({ ...shown, canRetry: true });
    } catch (error) {
      failHere(prepare({ kind: 'down', item }, { room, direction: 'down', file, name, total: size }), error);
    }
  }

  function act(id: string, what: 'pause' | 'resume' | 'cancel'): void {
    if (find(id)?.state === 'preparing') return drop(id);
    client?.files[what](id).catch((error: unknown) => failHere(id, error));
  }

  async function reopen(id: string, open: () => Promise<FileSource | FileSink | null>): Promise<void> {
    try {
      const at = await open();
      if (at) await client?.files.reopen(id, at);
    } catch (error) {
      // It stays what it was: another one may be chosen.
      const shown = find(id);
      if (shown) put({ ...shown, problem: problemOf(error) });
    }
  }

  async function targetOf(id: string): Promise<FileSink | null> {
    const shown = find(id);
    if (!client || !shown || shown.file === null) return null;
    const { targetFor } = await tools();
    return targetFor(client, shown.room, await client.files.find(shown.room, shown.file), await targets());
  }

  return {
    transfers: shownTransfers.observable,
    fates,
    news,
    follow(followed) {
      stop();
      client = followed;
      stop = followed.on((event) => event.event === 'transfer' && show(event.transfer));
      for (const transfer of followed.files.transfers()) show(transfer);
      news.set(null);
    },
    unfollow() {
      stop();
      stop = () => {};
      client = undefined;
      for (const { id } of shownTransfers.observable.get()) drop(id);
    },
    isSending: () => shownTransfers.observable.get().some((shown) => shown.direction === 'up' && !isResting(shown)),
    async send(room, picks) {
      // One after the other: previews of a hundred pictures at once would be felt.
      for (const picked of picks) await sendOne(room, picked);
    },
    save,
    pause: (id) => act(id, 'pause'),
    resume: (id) => act(id, 'resume'),
    cancel: (id) => act(id, 'cancel'),
    retry(id) {
      const [origin, shown] = [originsById.get(id), find(id)];
      drop(id);
      if (!origin || !shown) return;
      void (origin.kind === 'up' ? sendOne(shown.room, origin.picked) : save(shown.room, origin.item));
    },
    dismiss(id) {
      if (client?.files.transfers().some((transfer) => transfer.id === id)) dismissed.add(id);
      drop(id);
    },
    reopenSource: (id, picked) => reopen(id, async () => (await tools()).sourceOf(picked)),
    reopenTarget: (id) => reopen(id, () => targetOf(id)),
    noticeFailure(file, error) {
      if (problemOf(error).code === 'file_gone') setFate(file, 'gone');
    },
  };
}

function sizeOf(picked: Picked): { name: string; total: number } {
  if (picked.kind === 'file') return { name: picked.file.name, total: picked.file.size };
  return { name: picked.name, total: picked.files.reduce((sum, { file }) => sum + file.size, 0) };
}
