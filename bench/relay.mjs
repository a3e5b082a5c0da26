/**
 * The relay under the benchmark: the real one, `startServer` on its own listeners and LMDB log, with two differences.
 *
 * - Rooms `bench` and `lat` are put into the log before it starts. A relay of this version founds one room; the workloads
 *   use two, and who is in neither must hear nothing.
 * - `limits.members` is above the product's 250: 500 receivers are a workload, not a room.
 *
 *   node bench/relay.mjs CHAT_PORT DATA_FOLDER MODULES (a folder that bundle.mjs filled)
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DOOR_TOKEN, INFO, ROOMS, sha256 } from './rooms.mjs';

const [port, data, modules] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(join(modules, `${name}.mjs`)).href);

const { openLmdb, startServer } = await load('server');
const { CLOSED, createRoomState, encodeRecord } = await load('state');
await makeRooms();
const server = await startServer({
  data,
  ports: { web: 0, chat: Number(port) },
  files: null,
  limits: { members: 5_000 },
  // A line for each stored message, as the program writes it: it is part of the price.
  log: (line) => process.stderr.write(`${line}\n`),
});
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void server.stop().then(() => process.exit(0)));

async function makeRooms() {
  mkdirSync(data, { recursive: true });
  const { log, close } = openLmdb(join(data, 'rooms'));
  const door = sha256(DOOR_TOKEN);
  for (const room of Object.values(ROOMS)) {
    const state = createRoomState(room, sha256(room).toString('hex'), { ...CLOSED, door }, true);
    await log.write([{ room, entries: [], record: encodeRecord(state), info: INFO }]);
  }
  await close();
}
