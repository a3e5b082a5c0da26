import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** Sends the rest of a request, and takes all of its answer. */
export async function takeAnswer(request: ClientRequest, rest?: Uint8Array | string): Promise<{ response: IncomingMessage; body: Buffer }> {
  // Whoever answers before all was sent may close behind it: what was answered counts.
  request.on('error', () => {});
  request.end(rest);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { response, body: Buffer.concat(await response.toArray()) };
}
