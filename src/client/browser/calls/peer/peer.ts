import { type CallAnswer, type CallOffer, CodedError } from '../../../../protocol/index.ts';
import { writeAnswer } from '../sdp/answer.ts';
import { readOffer } from '../sdp/offer.ts';
import { addLines, type CallLines } from './lines.ts';
import { type NetworkWatch, watchNetwork } from './network-change.ts';

/** The browser's half of the way to the media port. */
export interface Peer extends CallLines {
  readonly connection: RTCPeerConnection;
  readonly offer: CallOffer;
  /** Rejects with CodedError `call_unreachable`, `call_refused`. */
  connect(answer: CallAnswer): Promise<void>;
  /** There is reason to think that the way leads nowhere any more. */
  doubt(): void;
  close(): void;
}

export type PeerState = 'connected' | 'disconnected' | 'lost';

/** ms to get through: UDP is tried for some seconds before TCP has its turn. */
const REACHED = 15_000;
/** ms without an answer to the checks of ICE, after which joining anew is faster than waiting. The browser itself takes half a minute. */
const GIVEN_UP = 3_000;

/** @throws CodedError `calls_unsupported` */
export async function openPeer(worker: Worker, onState: (state: PeerState) => void): Promise<Peer> {
  // No servers of the internet: the media port has real addresses, and sees ours by our checks.
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', iceServers: [] });
  try {
    const lines = addLines(connection, worker);
    await connection.setLocalDescription();
    const { sdp } = connection.localDescription as RTCSessionDescription;
    const offer = readOffer(sdp, lines.uses());
    const watch = watchState(connection, onState);
    return {
      ...lines,
      connection,
      offer,
      async connect(answer) {
        await connection.setRemoteDescription({ type: 'answer', sdp: writeAnswer(sdp, lines.uses(), answer) });
        await untilConnected(connection);
        watch.begin();
      },
      doubt: watch.doubt,
      close() {
        watch.end();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    if (error instanceof CodedError) throw error;
    throw new CodedError('calls_unsupported', { because: (error as Error).name });
  }
}

function untilConnected(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      clearTimeout(timer);
      connection.removeEventListener('connectionstatechange', look);
      act();
    };
    const look = () => {
      const { connectionState: state } = connection;
      if (state === 'connected') end(resolve);
      // The checks of ICE went through, and who answered them could not show the certificate of the answer.
      else if (state === 'failed') end(() => reject(new CodedError(wasRefused(connection) ? 'call_refused' : 'call_unreachable')));
      else if (state === 'closed') end(() => reject(new CodedError('call_unreachable')));
    };
    const timer = setTimeout(() => end(() => reject(new CodedError('call_unreachable'))), REACHED);
    connection.addEventListener('connectionstatechange', look);
    look();
  });
}

function wasRefused(connection: RTCPeerConnection): boolean {
  const transport = connection.getTransceivers()[0]?.sender.transport;
  return transport?.state === 'failed' && transport.iceTransport.state !== 'failed';
}

/** Tells from `begin` on: before that, `connect` has it to say. */
function watchState(connection: RTCPeerConnection, onState: (state: PeerState) => void): { begin(): void; doubt(): void; end(): void } {
  let told: PeerState | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let network: NetworkWatch | undefined;
  const say = (state: PeerState) => {
    if (told === state || told === 'lost') return;
    told = state;
    onState(state);
  };
  const look = () => {
    clearTimeout(timer);
    const { connectionState: state } = connection;
    if (state === 'connected') say('connected');
    else if (state === 'failed') say('lost');
    else if (state === 'disconnected') {
      say('disconnected');
      timer = setTimeout(() => say('lost'), GIVEN_UP);
    }
  };
  return {
    begin() {
      connection.addEventListener('connectionstatechange', look);
      network = watchNetwork(connection, () => say('lost'));
      look();
    },
    doubt: () => network?.doubt(),
    end() {
      clearTimeout(timer);
      connection.removeEventListener('connectionstatechange', look);
      network?.end();
    },
  };
}
