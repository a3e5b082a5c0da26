import { describe, expect, it } from 'vitest';
import { cameraEncodings } from '../../src/client/browser/calls/peer/encodings.ts';

/** Heights that are sent of a camera this high. */
const sent = (camera: number, demand?: number) =>
  cameraEncodings(camera, demand).flatMap(({ active, scaleResolutionDownBy }) =>
    active ? [Math.round(camera / scaleResolutionDownBy)] : [],
  );

describe('a camera', () => {
  it.each([
    [720, [180, 360, 720]],
    [1080, [180, 360, 1080]],
    [480, [180, 480]],
    [360, [180, 360]],
    [180, [180]],
    [144, [144]],
  ])('that is %s high is sent in as many sizes as make sense', (height, sizes) => {
    expect(sent(height)).toEqual(sizes);
  });

  it.each([
    [0, []],
    [90, [180]],
    [180, [180]],
    [181, [180, 360]],
    [360, [180, 360]],
    [500, [180, 360, 720]],
    [2000, [180, 360, 720]],
  ])('that is shown %s high is not encoded higher than that', (demand, sizes) => {
    expect(sent(720, demand)).toEqual(sizes);
  });

  it('takes more bits for more pixels, and never more than are worth it', () => {
    const bits = cameraEncodings(720, undefined).map(({ maxBitrate }) => maxBitrate);
    expect(bits).toEqual(bits.toSorted((a, b) => a - b));
    expect(bits.at(-1)).toBeLessThanOrEqual(2_000_000);
  });
});
