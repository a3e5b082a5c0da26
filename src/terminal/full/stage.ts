import type { Client, RoomView, Transfer } from '../../client/index.ts';
import type { CallPanel } from '../calls/call-panel.ts';
import type { Composer } from './composer.ts';
import { composeFrame, type FrameStyle } from './frame.ts';
import { createPainter } from './painter.ts';
import type { Transcript } from './transcript.ts';
import type { Tty } from './tty.ts';

/** What stands on the terminal, drawn when it changes: after keys at once, after messages a few times a second. */
export interface Stage {
  /** The rooms and the one that is talked in, as they were drawn last. */
  readonly view: RoomView | null;
  readonly rooms: readonly RoomView[];
  /** Something of the engine changed. */
  changed(): void;
  /** What a person did is to be seen now. */
  drawSoon(): void;
  /** What is on the terminal is not what was painted. */
  forget(): void;
  /** Draws into the frame that stands there. */
  overlay(bytes: string): void;
  /** What was painted may have been written over. */
  forgetPainted(): void;
  stop(): void;
}

export interface StagePorts {
  readonly tty: () => Tty;
  readonly client: () => Client | undefined;
  /** The room that is talked in. */
  readonly current: () => string | undefined;
  readonly transcript: () => Transcript;
  readonly composer: () => Composer;
  readonly notice: () => string;
  readonly call: () => CallPanel;
  /** After each frame. */
  readonly drawn: () => void;
}

/** Messages are drawn this often, ms. */
const FRAME_TIME = 33;

export function createStage(ports: StagePorts, style: FrameStyle, colours: boolean): Stage {
  const painter = createPainter(colours);
  let view: RoomView | null = null;
  let rooms: readonly RoomView[] = [];
  let transfers: readonly Transfer[] = [];
  let stale = true;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let drawnAt = 0;

  /** Draws in so many ms, or earlier where that was asked for already. */
  function schedule(delay: number): void {
    const at = performance.now() + delay;
    if (stopped || at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(draw, delay);
  }

  function look(client: Client): void {
    rooms = client.rooms().map((room) => client.view(room));
    const current = ports.current();
    view = rooms.find(({ room }) => room === current) ?? null;
    transfers = client.files.transfers();
    stale = false;
  }

  function draw(): void {
    timerAt = Number.POSITIVE_INFINITY;
    if (stopped) return;
    const client = ports.client();
    if (stale && client) look(client);
    const connection = client?.connection() ?? { state: 'connecting' as const };
    const tty = ports.tty();
    const { columns, rows } = tty;
    const { line, candidates } = ports.composer();
    const [transcript, notice, now] = [ports.transcript(), ports.notice(), Date.now()];
    const call = ports.call().look();
    const frame = composeFrame(
      { columns, rows, now, view, rooms, connection, transcript, transfers, line, candidates, notice, call },
      style,
    );
    tty.write(painter.paint(frame, columns, ports.call().placed(frame)));
    drawnAt = performance.now();
    ports.drawn();
    // The seconds to the next attempt, or to the end of a transfer, are counted down.
    const moving = transfers.some(({ state }) => state === 'running');
    if (moving || (connection.state === 'offline' && connection.retryAt > now)) schedule(1000);
  }

  return {
    get view() {
      return view;
    },
    get rooms() {
      return rooms;
    },
    changed() {
      stale = true;
      schedule(Math.max(0, drawnAt + FRAME_TIME - performance.now()));
    },
    drawSoon: () => schedule(0),
    forget() {
      painter.forget();
      ports.call().forget();
    },
    overlay: (bytes) => ports.tty().write(painter.overlay(bytes)),
    forgetPainted: () => painter.forget(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
