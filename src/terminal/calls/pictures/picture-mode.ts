import { CodedError } from '../../../protocol/index.ts';
import { colourDepthOf } from './colours.ts';
import { createHalfBlocks } from './half-blocks.ts';
import { createKitty } from './kitty.ts';
import type { PicturePainter } from './picture-painter.ts';
import { createSixel } from './sixel.ts';
import type { TerminalAbilities } from './terminal-answers.ts';

/** How pictures are shown, where somebody said it by `--pictures`. `auto`: as the terminal can. */
export type PictureMode = 'auto' | (typeof PICTURE_MODES)[number];
export const PICTURE_MODES = ['kitty', 'sixel', 'blocks', 'window', 'none'] as const;

/** @throws CodedError `bad_flag` */
export function readPictureMode(typed: string | undefined): PictureMode {
  if (typed === undefined) return 'auto';
  const mode = PICTURE_MODES.find((known) => known === typed);
  if (!mode) throw new CodedError('bad_flag', { message: `--pictures ${typed} (${PICTURE_MODES.join(', ')})` });
  return mode;
}

/** Of a terminal that does not say how large its cells are, where kitty's protocol scales them anyhow. */
const USUAL_CELL = { width: 10, height: 20 };
/** What xterm has, and less than all others. */
const FEW_REGISTERS = 16;

/** Undefined where nothing is drawn into the terminal. */
export function choosePainter(
  mode: PictureMode,
  terminal: TerminalAbilities,
  env: Readonly<Record<string, string | undefined>>,
): PicturePainter | undefined {
  if (mode === 'none' || mode === 'window') return undefined;
  if (mode === 'kitty' || (mode === 'auto' && terminal.kitty)) return createKitty(terminal.cell ?? USUAL_CELL);
  // Without the size of a cell a sixel picture ends up on other rows than its own.
  if (mode === 'sixel' || (mode === 'auto' && terminal.sixel && terminal.cell))
    return createSixel(terminal.cell ?? USUAL_CELL, terminal.registers ?? FEW_REGISTERS * FEW_REGISTERS);
  return createHalfBlocks(colourDepthOf(env));
}
