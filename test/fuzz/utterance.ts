import { encodeValue, equalBytes, LIMITS } from '../../src/protocol/index.ts';
import type { SeededRandom } from '../sim/random.ts';
import { FRAMES, type Scene } from './frames.ts';
import { frameOf, mutateBytes, mutateValue } from './mutate.ts';

/** What a guest says next: frames end to end, some of them damaged. */
export interface Utterance {
  readonly run: Uint8Array;
  readonly mutants: number;
}

const KINDS = Object.keys(FRAMES);

/** @param proved whether the guest has proved its device; before that little but the handshake gets anywhere */
export function createUtterance(random: SeededRandom, scene: Scene, proved: boolean): Utterance {
  const frames = Array.from({ length: random.chance(0.2) ? 3 : 1 }, () => createOne(random, scene, proved));
  return { run: Buffer.concat(frames.map(({ bytes }) => bytes)), mutants: frames.filter(({ mutant }) => mutant).length };
}

function createOne(random: SeededRandom, scene: Scene, proved: boolean): { bytes: Uint8Array; mutant: boolean } {
  const kind = proved || random.chance(0.2) ? random.pick(KINDS) : random.pick(['hello', 'proof']);
  const frame = (FRAMES[kind] as (typeof FRAMES)[string])(random, scene);
  const body = encodeValue(frame);
  const whole = frameOf(body);
  if (random.chance(0.35)) return { bytes: whole, mutant: false };
  const other = encodeValue((FRAMES[random.pick(KINDS)] as (typeof FRAMES)[string])(random, scene));
  for (;;) {
    const bytes = mutate();
    // Some damage hits nothing, as an exchange of two equal fields.
    if (!equalBytes(bytes, whole)) return { bytes, mutant: true };
  }

  function mutate(): Uint8Array {
    const way = random.next();
    if (way < 0.45) return frameOf(encodeValue(mutateValue({ ...frame }, random)));
    if (way < 0.87) return frameOf(mutateBytes(body, other, random));
    if (way < 0.93) return frameOf(body, lieAbout(body.length, random));
    return mutateBytes(whole, frameOf(other), random);
  }
}

function lieAbout(length: number, random: SeededRandom): number {
  return Math.max(0, random.pick([0, 1, length - 1, length + 1, length * 2, LIMITS.frame, LIMITS.frame + 1, 0x7fffffff, 0xffffffff]));
}
