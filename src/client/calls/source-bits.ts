import { CALL_SOURCES, type CallSource } from '../../protocol/index.ts';

/** Sources as members say them: a bit each. */
export const bitsOf = (sources: ReadonlySet<CallSource>): number =>
  CALL_SOURCES.reduce((bits, source, at) => bits + (sources.has(source) ? 2 ** at : 0), 0);

export const sourcesOf = (bits: number): readonly CallSource[] => CALL_SOURCES.filter((_, at) => (bits >> at) % 2 === 1);
