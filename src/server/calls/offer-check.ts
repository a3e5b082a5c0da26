import { type CallOffer, CALL_SOURCES } from '../../protocol/index.ts';

/** True where an offer contradicts itself: whoever forwards by it could not tell its streams apart. */
export function isContradictory({ payloads, extensions, sends, slots }: CallOffer): boolean {
  const repeats = (values: ReadonlyArray<number | string | undefined>): boolean => {
    const given = values.filter((value) => value !== undefined);
    return new Set(given).size < given.length;
  };
  const streams = [...sends, ...slots].flatMap(({ ssrc, rtx }) => [ssrc, rtx]);
  if (repeats(streams) || repeats(Object.values(payloads)) || repeats(Object.values(extensions))) return true;
  if (repeats(sends.map(({ source }) => source)) || repeats(sends.map(({ mid }) => mid))) return true;
  return sends.some(({ source, ssrc, layers }) => {
    if (!layers) return ssrc === undefined;
    const untold = extensions.mid === undefined || extensions.rid === undefined;
    const shrinks = layers.some(({ height }, i) => i > 0 && height < (layers[i - 1]?.height ?? 0));
    return untold || shrinks || kindOf(source) === 'audio' || repeats(layers.map(({ rid }) => rid));
  });
}

export const kindOf = (source: (typeof CALL_SOURCES)[number]): 'audio' | 'video' =>
  source === 'camera' || source === 'screen' ? 'video' : 'audio';
