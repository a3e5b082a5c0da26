/**
 * The relay under the benchmark: the real one, `startServer` on its own listeners and LMDB log, with two differences.
 *
 * - Rooms `bench` and `lat` are put into the log before it starts. A relay of this version founds one room; the workloads
 *   use two, and who is in neither must hear nothing.
 * - `limits.members` is above the product's 250: 500 receivers are a workload, not a room.
 *
 *   node bench/relay.mjs CHAT_PORT DATA_FOLDER
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { DOOR_TOKEN, INFO, ROOMS, sha256 } from './rooms.mjs';

const root = join(import.meta.dirname, '..');
const [port, data] = process.argv.slice(2);

const { encodeRecord, createRoomState, openLmdbLog, startServer } = await loadRelay();
await makeRooms();
const server = await startServer({
  data,
  ports: { web: 0, chat: Number(port) },
  limits: { members: 5_000 },
  // A line for each stored message, as the program writes it: it is part of the price.
  log: (line) => process.stderr.write(`${line}\n`),
});
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void server.stop().then(() => process.exit(0)));

/** What is measured is bundled as what is shipped: a loader that compiles as it goes wraps each closure. */
async function loadRelay() {
  const dir = join(root, '.build', `bench-relay-${process.pid}`);
  const input = { server: './src/server/index.ts', state: './src/server/room-state.ts' };
  const bundle = await rolldown({ cwd: root, input, platform: 'node', tsconfig: false, external: (id) => !/^[./]/.test(id) });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await bundle.close();
  try {
    const load = (name) => import(pathToFileURL(join(dir, `${name}.mjs`)).href);
    return { ...(await load('server')), ...(await load('state')) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function makeRooms() {
  mkdirSync(data, { recursive: true });
  const log = openLmdbLog(join(data, 'rooms'));
  const door = sha256(DOOR_TOKEN);
  for (const room of Object.values(ROOMS)) {
    const state = createRoomState(room, sha256(room).toString('hex'), door);
    await log.write([{ room, entries: [], record: encodeRecord(state), info: INFO }]);
  }
  await log.close();
}
