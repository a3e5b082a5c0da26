import { type CallOffer, type CallSource, CodedError } from '../../../protocol/index.ts';

export type Kind = 'audio' | 'video';

export const kindOf = (source: CallSource): Kind => (source === 'camera' || source === 'screen' ? 'video' : 'audio');

/**
 * What the schema cannot say of an offer: that it does not contradict itself. What passes has streams that can be told apart.
 * @throws CodedError `bad_offer` {because}
 */
export function checkOffer({ payloads, extensions, sends, slots }: CallOffer): void {
  demand(areDistinct([payloads.opus, payloads.vp8, payloads.rtx]), 'payload types');
  demand(areDistinct(Object.values(extensions).filter((id) => id !== undefined)), 'extensions');
  demand(areDistinct(sends.map(({ source }) => source)), 'sources');
  demand(areDistinct(sends.map(({ mid }) => mid)), 'mids');
  for (const { source, ssrc, rtx, layers } of sends) {
    const isVideo = kindOf(source) === 'video';
    demand(isVideo || (rtx === undefined && layers === undefined), 'sound in layers');
    demand(ssrc !== undefined || layers !== undefined || extensions.mid !== undefined, 'a source that nothing tells apart');
    if (layers === undefined) continue;
    demand(extensions.mid !== undefined && extensions.rid !== undefined, 'layers without names');
    demand(areDistinct(layers.map(({ rid }) => rid)), 'layers');
    demand(
      layers.every(({ height }, i) => i === 0 || height >= (layers[i - 1]?.height ?? 0)),
      'order of layers',
    );
  }
  demand(
    slots.every(({ kind, rtx }) => kind === 'video' || rtx === undefined),
    'sound sent again',
  );
  demand(areDistinct(numbersOf(sends)) && areDistinct(numbersOf(slots)), 'streams');
}

const numbersOf = (streams: readonly { readonly ssrc?: number | undefined; readonly rtx?: number | undefined }[]): number[] =>
  streams.flatMap(({ ssrc, rtx }) => [ssrc, rtx]).filter((number) => number !== undefined);

const areDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

function demand(holds: boolean, because: string): void {
  if (!holds) throw new CodedError('bad_offer', { because });
}
