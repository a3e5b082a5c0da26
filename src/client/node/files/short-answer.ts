import type { IncomingMessage } from 'node:http';

import type { StreamedAnswer } from './streamed-get.ts';
const LONGEST = 4_096;
const PATIENCE = 5_000;

/** A short body, after which its connection is free for the next request; of one that is long, slow or cut what there is. */
export function readShort(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => answer.destroy(), PATIENCE);
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST) answer.destroy();
    });
    answer.on('error', () => {});
    answer.once('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

/** The same of one that is streamed. */
export async function readBriefly({ body, close }: StreamedAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const timer = setTimeout(close, PATIENCE);
  try {
    for await (const piece of body) {
      chunks.push(Uint8Array.from(piece));
      length += piece.length;
      if (length > LONGEST) break;
    }
  } catch {
    // What there is says enough.
  } finally {
    clearTimeout(timer);
    close();
  }
  return Buffer.concat(chunks).toString();
}
