import { CALL_SOURCES, type CallSource } from '../../protocol/index.ts';

/**
 * The context of a frame's key id (RFC 9605 section 5.2): a random number for each start of a sender, then two bits that say which of its sources
 * the frame is of. Who opens a frame knows by its key what it is of, whatever the relay says.
 */
export const frameContext = (start: number, source: CallSource): number => start * CALL_SOURCES.length + CALL_SOURCES.indexOf(source);

export const sourceOfContext = (context: bigint): CallSource => CALL_SOURCES[Number(context % BigInt(CALL_SOURCES.length))] as CallSource;
