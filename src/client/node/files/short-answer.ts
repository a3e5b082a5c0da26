import type { IncomingMessage } from 'node:http';

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
