import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A display without a screen (Xvfb), whose colours are the test's. */
export interface XDisplay {
  /** What DISPLAY is. */
  readonly name: string;
  /** Fills all of it. @param colour 0xrrggbb */
  paint(colour: number): Promise<void>;
}

export async function startDisplay(width: number, height: number): Promise<XDisplay> {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-ac', '-noreset'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [number] = (await once(child.stdio[3] as NodeJS.ReadableStream, 'data', { signal: AbortSignal.timeout(60_000) })) as [Buffer];
  const name = `:${number.toString().trim()}`;
  const socket = connect(`/tmp/.X11-unix/X${name.slice(1)}`);
  onTestFinished(() => void socket.destroy());
  const root = await greet(socket);
  return {
    name,
    async paint(colour) {
      // X11 protocol, sections 9 and appendix B: ChangeWindowAttributes of the background, ClearArea, and a question whose answer says that it is done.
      socket.write(request(2, root, 0x2, colour));
      socket.write(request(61, root, 0, 0));
      socket.write(request(43));
      await read(socket, 32);
    },
  };
}

const request = (opcode: number, ...words: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  bytes.writeUInt8(opcode, 0);
  bytes.writeUInt16LE(1 + words.length, 2);
  for (const [at, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 4 + 4 * at);
  return bytes;
};

/** @returns the root window */
async function greet(socket: Socket): Promise<number> {
  // Little-endian, version 11, no authorization.
  socket.write(Buffer.from('6c000b000000000000000000', 'hex'));
  const head = await read(socket, 8);
  if (head[0] !== 1) throw new Error('the display takes nobody in');
  const setup = await read(socket, 4 * head.readUInt16LE(6));
  const [vendor, formats] = [setup.readUInt16LE(16), setup.readUInt8(21)];
  return setup.readUInt32LE(32 + Math.ceil(vendor / 4) * 4 + 8 * formats);
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes) return bytes;
    await once(socket, 'readable', { signal: AbortSignal.timeout(30_000) });
  }
}
