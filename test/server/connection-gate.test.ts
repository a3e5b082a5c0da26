import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createConnectionGate } from '../../src/server/listeners/connection-gate.ts';

function createSocket(remoteAddress: string) {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress,
    destroyed: false,
    destroy() {
      socket.destroyed = true;
      socket.emit('close');
    },
  });
  return socket as typeof socket & Socket;
}

test('lets nobody in before it is open', () => {
  const gate = createConnectionGate({ total: 10, perAddress: 10 });
  const early = createSocket('10.0.0.1');
  expect([gate.admit(early), early.destroyed]).toEqual([false, true]);
  gate.open();
  expect(gate.admit(createSocket('10.0.0.1'))).toBe(true);
});

test('counts an address once, however it is written, and forgets who has gone', () => {
  const gate = createConnectionGate({ total: 3, perAddress: 2 });
  gate.open();
  const admit = (address: string) => {
    const socket = createSocket(address);
    return { socket, admitted: gate.admit(socket) };
  };
  const first = admit('10.0.0.1');
  expect(
    [first, admit('::ffff:10.0.0.1'), admit('10.0.0.1'), admit('10.0.0.2'), admit('10.0.0.3')].map(({ admitted }) => admitted),
  ).toEqual([true, true, false, true, false]);
  first.socket.destroy();
  expect(admit('10.0.0.1').admitted).toBe(true);
});

test('takes a proxy for the many that it is, within the bound of all', () => {
  const gate = createConnectionGate({ total: 3, perAddress: 1 }, new Set(['10.0.0.9']));
  gate.open();
  const addresses = ['10.0.0.9', '::ffff:10.0.0.9', '10.0.0.1', '10.0.0.9'];
  expect(addresses.map((address) => gate.admit(createSocket(address)))).toEqual([true, true, true, false]);
});

test('closes when all have gone, and sends away who does not go', async () => {
  const gate = createConnectionGate({ total: 3, perAddress: 3 });
  gate.open();
  const [quick, slow] = [createSocket('10.0.0.1'), createSocket('10.0.0.1')];
  gate.admit(quick);
  gate.admit(slow);
  const closing = gate.close(20);
  quick.destroy();
  expect(slow.destroyed).toBe(false);
  await closing;
  expect(slow.destroyed).toBe(true);
  await gate.close(60_000);
});

test('lets nobody in any more once it closes, who would keep it from closing', async () => {
  const gate = createConnectionGate({ total: 3, perAddress: 3 });
  gate.open();
  gate.admit(createSocket('10.0.0.1'));
  const closing = gate.close(5);
  const late = createSocket('10.0.0.1');
  expect([gate.admit(late), late.destroyed]).toEqual([false, true]);
  await closing;
});

test('what is wrong with one connection is no fault of the program', () => {
  const gate = createConnectionGate({ total: 1, perAddress: 1 });
  gate.open();
  const sockets = [createSocket('10.0.0.1'), createSocket('10.0.0.1')];
  sockets.forEach(gate.admit);
  for (const socket of sockets) socket.emit('error', new Error('reset'));
});
