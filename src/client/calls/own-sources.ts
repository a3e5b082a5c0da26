import { CodedError, type CallSource } from '../../protocol/index.ts';
import { asCoded } from '../files/faults.ts';
import type { CallTransport } from './ports.ts';

/** Which of its sources this device sends, and which it would: what is wanted outlives the transport, what is sent does not. */
export interface OwnSources {
  readonly sending: ReadonlySet<CallSource>;
  /** Rejects as `CallTransport.turn` does. Without a transport it is done when there is one. */
  turn(source: CallSource, on: boolean): Promise<void>;
  /** From now on this is the transport; null: there is none. */
  use(transport: CallTransport | null): void;
  /** Begins what is wanted, each by itself. */
  begin(): Promise<void>;
  /** A source ended by itself. */
  stopped(source: CallSource): void;
  /** Nothing is to be sent any more. */
  stopAll(): void;
}

/** In the order in which people are asked for them. */
const ORDER: readonly CallSource[] = ['microphone', 'camera', 'screen'];

interface Events {
  /** What is sent is another. */
  onChange(): void;
  /** One that was wanted could not be begun. */
  onRefused(error: CodedError): void;
  /** One could not be ended: who was to be off may be heard. */
  onStuck(error: CodedError): void;
}

export function createOwnSources(wanted: Set<CallSource>, { onChange, onRefused, onStuck }: Events): OwnSources {
  const sending = new Set<CallSource>();
  let transport: CallTransport | null = null;

  async function begin(source: CallSource): Promise<void> {
    const mine = transport;
    if (!mine) return;
    try {
      await mine.turn(source, true);
    } catch (error) {
      if (mine === transport) wanted.delete(source);
      throw asCoded(error);
    }
    // Another transport begins it anew.
    if (mine !== transport) return;
    // The person changed its mind while the browser asked.
    if (!wanted.has(source)) return end(source);
    sending.add(source);
    onChange();
    if (source === 'screen') await beginItsSound();
  }

  /** Where the platform captures it with the picture; where not, nobody asked for it by name. */
  async function beginItsSound(): Promise<void> {
    wanted.add('screen-audio');
    await begin('screen-audio').catch(() => {});
  }

  async function end(source: CallSource): Promise<void> {
    const mine = transport;
    // The others see it off before it is: never the other way round.
    if (sending.delete(source)) onChange();
    try {
      await mine?.turn(source, false);
    } catch (error) {
      if (mine === transport) onStuck(asCoded(error));
    }
  }

  return {
    sending,
    async turn(source, on) {
      if (on) wanted.add(source);
      else wanted.delete(source);
      if (on) return sending.has(source) ? undefined : begin(source);
      await Promise.all([end(source), ...(source === 'screen' && wanted.delete('screen-audio') ? [end('screen-audio')] : [])]);
    },
    use(next) {
      transport = next;
      sending.clear();
    },
    async begin() {
      for (const source of ORDER) {
        if (wanted.has(source) && !sending.has(source)) await begin(source).catch((error: unknown) => onRefused(asCoded(error)));
      }
    },
    stopped(source) {
      for (const one of source === 'screen' ? (['screen', 'screen-audio'] as const) : [source]) {
        wanted.delete(one);
        sending.delete(one);
      }
      onChange();
    },
    stopAll() {
      const all = [...new Set([...sending, ...wanted])];
      wanted.clear();
      for (const source of all) void end(source);
      onChange();
    },
  };
}
