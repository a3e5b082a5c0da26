import type { CallPicture } from '../../../client/node/index.ts';
import type { Tty } from '../../full/tty.ts';
import { createPictureLayer, type Tile } from './picture-layer.ts';
import { choosePainter, type PictureMode } from './picture-mode.ts';
import { createPicturePace } from './picture-pace.ts';
import type { PicturePainter } from './picture-painter.ts';
import { createInquiry, type TerminalAbilities } from './terminal-answers.ts';

/** Pictures on their way onto the terminal: asks it what it can, and draws no more often than it bears. */
export interface Drawing {
  /** Undefined while the terminal has not answered. */
  readonly abilities: TerminalAbilities | undefined;
  /** Pixels of a cell, as far as pictures have use for them. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly cellAspect: number;
  begin(): void;
  /** The call is over. */
  end(): void;
  take(picture: CallPicture): void;
  has(key: string): boolean;
  keep(keys: ReadonlySet<string>): void;
  place(tiles: readonly Tile[], holes: readonly number[]): string;
  hear(answer: string): void;
  forget(): void;
  close(): void;
}

interface Ports {
  readonly tty: () => Tty;
  overlay(bytes: string): void;
  changedView(): void;
  /** What was painted may have been written over. */
  forgetPainted(): void;
}

/** Where the terminal does not say how large its cells are: most are twice as high as wide. */
const USUAL_ASPECT = 2;
/** A terminal that is behind is looked at again after this, ms. */
const BEHIND = 50;

export function createDrawing(ports: Ports, mode: PictureMode, env: Readonly<Record<string, string | undefined>>): Drawing {
  const layer = createPictureLayer();
  const pace = createPicturePace(Boolean(env.SSH_CONNECTION ?? env.SSH_TTY));
  const inquiry = createInquiry(env, choose);
  let painter: PicturePainter | undefined;
  let isChosen = false;
  let timer: NodeJS.Timeout | undefined;
  /** The window has another size than the frame that stands there. */
  let isTorn = false;

  function choose(): void {
    if (!inquiry.known) return;
    isChosen = true;
    const before = painter;
    painter = choosePainter(mode, inquiry.known, env);
    const bytes = layer.use(painter);
    if (before) ports.overlay(bytes);
    ports.tty().letGo('pictures');
    if (painter && painter.goodbye !== '') ports.tty().hold('pictures', '', painter.goodbye);
    ports.changedView();
  }

  function schedule(delay: number): void {
    timer ??= setTimeout(draw, delay);
  }

  function draw(): void {
    timer = undefined;
    if (!layer.isStale || isTorn || !painter) return;
    if (ports.tty().isBehind) return schedule(BEHIND);
    const early = pace.next - performance.now();
    if (early > 0) return schedule(early);
    const began = performance.now();
    const bytes = layer.draw();
    if (bytes !== '') ports.overlay(bytes);
    pace.wrote(bytes.length, performance.now() - began);
  }

  return {
    get abilities() {
      return inquiry.known;
    },
    get cell() {
      return painter?.cell ?? { width: 1, height: USUAL_ASPECT };
    },
    get cellAspect() {
      const cell = inquiry.known?.cell;
      return cell ? Math.max(1, Math.min(4, cell.height / cell.width)) : USUAL_ASPECT;
    },
    begin() {
      const questions = inquiry.ask();
      if (questions !== '') {
        ports.tty().write(questions);
        // Who does not know a question may print it.
        ports.forgetPainted();
      }
      if (!isChosen) choose();
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
      layer.keep(new Set());
    },
    take(picture) {
      layer.take(picture);
      if (layer.isStale) schedule(Math.max(0, pace.next - performance.now()));
    },
    has: (key) => layer.has(key),
    keep: (keys) => layer.keep(keys),
    place(tiles, holes) {
      isTorn = false;
      const bytes = layer.place(tiles, holes);
      if (bytes === '') {
        if (layer.isStale) schedule(0);
        return '';
      }
      // A frame that was laid out anew shows its pictures at once, and is not empty for a moment.
      const whole = bytes + layer.draw();
      pace.wrote(whole.length, 0);
      return whole;
    },
    hear: (answer) => inquiry.hear(answer),
    forget() {
      isTorn = true;
      layer.forget();
      const question = painter ? inquiry.askAgain() : '';
      if (question !== '') ports.tty().write(question);
    },
    close() {
      clearTimeout(timer);
      inquiry.close();
    },
  };
}
