import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import { CodedError } from '../../../protocol/index.ts';
import { calledOff } from './called-off.ts';
import { hostOf } from './host-header.ts';
import type { PinnedAgent } from './pinned-agent.ts';
import type { PinnedTarget } from './pinned-connection.ts';
import { refusalOf } from './refusal.ts';
import { readShort } from './short-answer.ts';

export interface FileRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; it goes out as it is, without a copy. */
  readonly pieces?: readonly Uint8Array[];
  /** The system has taken all of it. */
  readonly onHandedOver?: (() => void) | undefined;
}

/** Silence on a connection, in both directions, after which the relay is given up, ms. It writes 16 MiB to a slow disk in less. */
const SILENCE = 30_000;
/** Pieces given to the socket at once: one on its way and one behind it. More would be joined before they are sealed, and that is a copy. */
const AT_ONCE = 2;

/**
 * Asks the relay, and resolves with an answer that says yes; its body is not read yet.
 * @throws CodedError what the relay answers (`refusalOf`), what connecting says, `timeout`, and `cut` where an established connection broke
 */
export async function send(agent: PinnedAgent, target: PinnedTarget, asked: FileRequest, signal: AbortSignal): Promise<IncomingMessage> {
  for (let attempt = 0; ; attempt++) {
    const { answer, stale } = await exchange(agent, target, asked, signal);
    // A connection that had waited was closed by the other side at the moment it was used: nothing was done there.
    if (stale && attempt === 0) continue;
    if (answer instanceof CodedError) throw answer;
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    throw refusalOf(statusCode, await readShort(answer));
  }
}

interface Exchange {
  readonly answer: IncomingMessage | CodedError;
  readonly stale: boolean;
}

function exchange(agent: PinnedAgent, target: PinnedTarget, asked: FileRequest, signal: AbortSignal): Promise<Exchange> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ answer: calledOff(signal), stale: false });
    const { method, path, headers, pieces = [] } = asked;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const body = method === 'POST' || method === 'PATCH' ? { 'content-length': String(length) } : {};
    const request = startRequest({ ...target, agent, method, path, headers: { host: hostOf(target), ...headers, ...body } });
    const finish = (answer: Exchange['answer'], stale = false) => {
      signal.removeEventListener('abort', abort);
      resolve({ answer, stale });
    };
    const fail = (fault: CodedError) => {
      // Until there is a connection nothing else says that it was called off.
      finish(fault);
      request.destroy();
    };
    const abort = () => fail(calledOff(signal));
    signal.addEventListener('abort', abort);
    request.setTimeout(SILENCE, () => fail(new CodedError('timeout')));
    const over = new Promise<'over'>((resolveOver) => {
      request.once('close', () => resolveOver('over'));
      request.once('response', () => resolveOver('over'));
    });
    request.once('response', (answer) => {
      answer.socket.setTimeout(0);
      // An answer before all was sent is a no: what is left is not sent after it.
      if (!request.writableFinished) answer.once('close', () => request.destroy());
      finish(answer);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      finish(error instanceof CodedError ? error : new CodedError('cut', { because: error.code ?? '' }), stale);
    });
    void writeAll(request, pieces, over).then((all) => all && asked.onHandedOver?.());
  });
}

async function writeAll(request: ClientRequest, pieces: readonly Uint8Array[], over: Promise<'over'>): Promise<boolean> {
  let underWay = 0;
  let taken: (what: 'taken') => void = () => {};
  for (const piece of pieces) {
    underWay += 1;
    request.write(piece, () => {
      underWay -= 1;
      taken('taken');
    });
    if (underWay < AT_ONCE) continue;
    const next = new Promise<'taken'>((resolve) => (taken = resolve));
    if ((await Promise.race([next, over])) === 'over') return false;
  }
  request.end();
  return true;
}
