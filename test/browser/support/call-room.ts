import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { CallDemand, CallOffer, CallSource } from '../../../src/protocol/index.ts';
import { makeDtlsCertificate } from '../../../src/rtc/index.ts';
import { type RunningMediaServer, startMediaServer } from '../../../src/server/media/process/media-server.ts';
import { type CallPeer, createCallPeer, makeOffer } from '../../support/call-peer.ts';
import type { CallDesk } from './call-page/main.ts';
import { reportRefusals } from './visitor.ts';

/** One call at a media server of the test's own process: who is in it is what the test says. */
export interface CallRoom {
  readonly server: Pick<RunningMediaServer, 'sfu' | 'port'>;
  /** Nothing is forwarded, or answered, from now on. */
  stop(): Promise<void>;
  readonly ended: string[];
  /** A page in the call. `device`: two hex digits; `leaf`: that number */
  enter(browser: Browser, origin: string, device: string, options?: PageOptions): Promise<Caller>;
  /** Somebody who has no key, and gets packets all the same. */
  listen(device: string): Promise<CallPeer>;
  want(device: string, wants: readonly { slot: number; device: string; source: CallSource; height: number }[]): void;
}

interface PageOptions {
  /** Runs in the page before anything of ours. */
  readonly before?: () => void;
  readonly epoch?: number;
  readonly key?: Uint8Array;
}

export interface Caller {
  readonly page: Page;
  readonly offer: CallOffer;
}

const CALL = 'c0';
export const KEY = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

export async function openCallRoom(): Promise<CallRoom> {
  const ended: string[] = [];
  const demands = new Map<string, (demand: readonly CallDemand[]) => void>();
  const server = await startMediaServer(
    { requested: 0, preferred: 9020 },
    {},
    {
      onEnded: (_call, member, code) => ended.push(`${member} ${code}`),
      onDemand: (_call, member, demand) => demands.get(member)?.(demand),
    },
  );
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= server.stop());
  onTestFinished(stop);

  const join = (device: string, offer: CallOffer) => server.sfu.join(CALL, device, offer);
  return {
    server,
    stop,
    ended,
    async enter(browser, origin, device, { before, epoch = 1, key = KEY } = {}) {
      const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
      onTestFinished(() => context.close());
      await reportRefusals(context);
      if (before) await context.addInitScript(before);
      const page = await context.newPage();
      page.on('pageerror', (error) => ended.push(String(error)));
      await page.goto(origin);
      await page.click('#begin');
      const offer = revive(await page.evaluate(() => window.desk.open())) as CallOffer;
      demands.set(device, (demand) => void page.evaluate((said) => window.desk.demand(said), [...demand]).catch(() => {}));
      const answer = await join(device, offer);
      await page.evaluate(([number, bytes, leaf]) => window.desk.rekey(number, bytes, leaf), [epoch, [...key], Number(device)] as const);
      const connected = await page.evaluate((said) => window.desk.connect(said), flatten(answer));
      if (connected !== 'done') throw new Error(`not connected: ${connected}`);
      return { page, offer };
    },
    async listen(device) {
      const certificate = await makeDtlsCertificate();
      const socket = createSocket('udp4').bind(0, '127.0.0.1');
      await once(socket, 'listening');
      onTestFinished(() => void socket.close());
      const send = (packet: Buffer) => socket.send(packet, server.port, '127.0.0.1');
      const peer = createCallPeer(makeOffer(certificate.fingerprint, 1000 * Number(device), 8), {
        certificate,
        send,
        onOpen: () => socket.emit('open'),
      });
      socket.on('message', (packet) => peer.receive(packet));
      peer.answer = await join(device, peer.offer);
      const opened = once(socket, 'open', { signal: AbortSignal.timeout(10_000) });
      peer.check();
      peer.connect();
      await opened;
      const alive = setInterval(() => peer.check(), 2000);
      onTestFinished(() => clearInterval(alive));
      return peer;
    },
    want(device, wants) {
      server.sfu.want(
        CALL,
        device,
        wants.map((want) => ({ ...want, device: Buffer.from(want.device, 'hex') })),
      );
    },
  };
}

/** Bytes as lists, for the way between test and page, and back. */
export const flatten = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_key, item: unknown) => bytesOf(item) ?? item));
const bytesOf = (item: unknown) => {
  if (item instanceof Uint8Array) return { bytes: [...item] };
  // JSON.stringify asks a Buffer first.
  const { type, data } = (item ?? {}) as { readonly type?: string; readonly data?: number[] };
  return type === 'Buffer' ? { bytes: data } : undefined;
};
export const revive = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, item: unknown) => {
    const { bytes } = (item ?? {}) as { readonly bytes?: number[] };
    return bytes ? Uint8Array.from(bytes) : item;
  });

/** Indexes into the slots of an offer, of this kind. */
export const slotsOf = ({ slots }: CallOffer, kind: 'audio' | 'video'): number[] =>
  slots.flatMap((slot, i) => (slot.kind === kind ? [i] : []));

declare global {
  interface Window {
    desk: CallDesk;
  }
}
