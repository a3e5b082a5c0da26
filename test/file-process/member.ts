import { connect } from 'node:net';
import { parseLinkFragment, toHex } from '../../src/protocol/index.ts';
import { comeByTls, type NativeGuest } from '../server/guest.ts';
import type { Keys } from '../server/world.ts';
import type { JsonEvent } from '../support/programs.ts';
import { partProcess } from '../support/part-process.ts';

const ROOM = new Uint8Array(16).fill(0x0a);

/** A member of the relay's first room, which it made, and what lets it in at the file port. */
export interface Member {
  readonly guest: NativeGuest;
  readonly room: string;
  ticket(): Promise<{ readonly text: string; readonly port: number }>;
  /** Goes, as far as the relay is concerned. */
  leave(): Promise<void>;
}

export async function joinAsFounder(listening: JsonEvent, keys?: Keys): Promise<Member> {
  const guest = await comeByTls(listening['ports'].chat, keys);
  await guest.prove();
  const token = parseLinkFragment(String(listening['founder']).split('#')[1] ?? '')?.secret;
  if (token) {
    guest.tell({ t: 'found', q: 1, token, room: ROOM, door: null, info: null });
    await guest.next('founded');
  }
  return {
    guest,
    room: toHex(ROOM),
    async ticket() {
      guest.tell({ t: 'ticket', q: 2, room: ROOM });
      const { ticket, port } = await guest.next('ticket');
      return { text: Buffer.from(ticket).toString('base64url'), port };
    },
    async leave() {
      guest.tell({ t: 'append', room: ROOM, id: new Uint8Array(16).fill(1), kind: 'leave', epoch: 0, body: new Uint8Array() });
      await guest.next('stored');
    },
  };
}

/** The file process of a relay. */
export async function childOf(pid: number): Promise<number> {
  const child = partProcess(pid, 'file');
  if (child === undefined) throw new Error('no file process');
  return child;
}

/** Does anybody listen there? */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when `holds`, which no event tells; rejects after ten seconds. */
export async function untilTrue(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 10_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (performance.now() > end) throw new Error(`not in ten seconds: ${what}`);
  }
}
