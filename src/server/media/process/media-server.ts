import { randomBytes } from 'node:crypto';
import { CodedError } from '../../../protocol/index.ts';
import { makeDtlsCertificate } from '../../../rtc/index.ts';
import { thisMachine } from '../../addresses.ts';
import type { PortWish } from '../../children/supervisor.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { openPort, portsToTry } from '../../listeners/open-port.ts';
import type { MediaEvents } from '../media-engine.ts';
import { MEDIA_LIMITS, type MediaLimits } from '../media-limits.ts';
import { createSfu, type Sfu, type SfuPorts } from '../sfu/sfu.ts';
import { listCandidates } from './candidates.ts';
import { createTcpCarrier, type TcpCarrier } from './tcp-carrier.ts';
import { openUdp, type UdpCarrier } from './udp-carrier.ts';

export interface RunningMediaServer {
  readonly sfu: Sfu;
  readonly port: number;
  readonly moved: boolean;
  stop(): Promise<void>;
}

/**
 * All of the media process but its channel: an SFU, and the sockets it has.
 * Rejects with CodedError `port_busy`, `port_not_allowed` {port}.
 */
export async function startMediaServer(
  wish: PortWish,
  changes: Partial<MediaLimits>,
  events: MediaEvents & Partial<Pick<SfuPorts, 'onFault'>>,
): Promise<RunningMediaServer> {
  const limits: MediaLimits = { ...MEDIA_LIMITS, ...changes };
  const certificate = await makeDtlsCertificate();
  const tcp = createTcpCarrier({
    clock: systemClock,
    limits,
    receive: (from, packet) => sfu.receive('tcp', from, packet),
    isKnown: (remote) => sfu.knows('tcp', remote),
    onLost: (remote) => sfu.lose('tcp', remote),
  });
  const { udp, closeListeners } = await openBoth(wish, tcp);
  const sfu = createSfu({
    clock: steadyClock,
    random: randomBytes,
    certificate,
    candidates: () => listCandidates(thisMachine, udp.port, udp.families),
    send(protocol, to, packet) {
      if (protocol === 'udp') udp.send(to, packet);
      else tcp.send(to, packet);
    },
    events,
    onFault: events.onFault ?? rethrow,
    limits,
  });
  udp.open((from, packet) => sfu.receive('udp', from, packet));
  return {
    sfu,
    port: udp.port,
    moved: wish.requested === undefined && udp.port !== wish.preferred,
    async stop() {
      await sfu.close();
      closeListeners();
      tcp.close();
      udp.close();
    },
  };
}

/** Rates are made of it: it goes forward, whatever somebody sets the machine's clock to. */
const steadyClock: Clock = { now: () => performance.timeOrigin + performance.now(), after: systemClock.after };

/** Where nobody wants to hear of it, it is as with any other program. */
function rethrow(error: unknown): never {
  throw error;
}

/** One number for UDP and TCP. */
async function openBoth({ requested, preferred }: PortWish, tcp: TcpCarrier): Promise<{ udp: UdpCarrier; closeListeners: () => void }> {
  for (const candidate of portsToTry(requested, preferred)) {
    const udp = await openUdp(candidate);
    if (udp === undefined) continue;
    try {
      const { servers } = await openPort(udp.port, udp.port, tcp.createListener);
      return { udp, closeListeners: () => servers.forEach((server) => server.close()) };
    } catch (error) {
      udp.close();
      if (!(error instanceof CodedError) || error.code !== 'port_busy') throw error;
    }
  }
  throw new CodedError('port_busy', { port: requested ?? preferred });
}
