/** How much of this frequency (Hz) is in the sound, 16 bits at 48 kHz: 1 where it is nothing else (Goertzel). */
export function shareOf(frequency: number, pcm: Buffer): number {
  const count = pcm.length >> 1;
  const step = 2 * Math.cos((2 * Math.PI * frequency) / 48_000);
  let [before, last, energy] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const sample = pcm.readInt16LE(2 * i);
    energy += sample * sample;
    [before, last] = [last, sample + step * last - before];
  }
  const power = last * last + before * before - step * last * before;
  return energy === 0 ? 0 : (2 * power) / (count * energy);
}
