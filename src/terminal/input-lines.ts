import { StringDecoder } from 'node:string_decoder';
import { LIMITS_OF_CONTENT } from '../client/index.ts';

export type InputLine = { readonly number: number; readonly text: string } | { readonly number: number; readonly tooLong: true };

/** Where a newline is two characters. Elsewhere a carriage return is part of what was written. */
const CARRIAGE_RETURNS = process.platform === 'win32';

/**
 * Lines of a stream, byte for byte without their newline; the last needs none. A line over 64 KiB is told as such
 * and not kept. `take` may return a promise: the stream then waits.
 * @returns when the stream ends, or is destroyed after `stop`: then with the line that was begun
 */
export async function readLines(
  stream: NodeJS.ReadableStream,
  take: (line: InputLine) => void | Promise<void>,
  stop?: AbortSignal,
): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let dropping = false;
  let number = 0;
  const finish = async (text: string) => {
    number += 1;
    const line = CARRIAGE_RETURNS && text.endsWith('\r') ? text.slice(0, -1) : text;
    const tooLong = dropping || Buffer.byteLength(line) > LIMITS_OF_CONTENT.text;
    dropping = false;
    await take(tooLong ? { number, tooLong: true } : { number, text: line });
  };
  for await (const chunk of chunksOf(stream, stop)) {
    const pieces = (rest + decoder.write(chunk)).split('\n');
    rest = pieces.pop() as string;
    for (const piece of pieces) await finish(piece);
    if (rest.length > LIMITS_OF_CONTENT.text + 1) {
      dropping = true;
      rest = '';
    }
  }
  rest += decoder.end();
  if (stop?.aborted) return dropping ? '' : rest;
  if (rest !== '' || dropping) await finish(rest);
  return '';
}

async function* chunksOf(stream: NodeJS.ReadableStream, stop: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) {
      yield chunk as Buffer;
      if (stop?.aborted) return;
    }
  } catch (error) {
    // Destroyed under our hands is how a stream that nobody writes to is stopped.
    if (!stop?.aborted) throw error;
  }
}
