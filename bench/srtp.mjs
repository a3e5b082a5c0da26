/**
 * What a forwarded packet costs: opened once and sealed once for each who gets it. `node bench/srtp.mjs`
 * Payloads of 1,100 bytes; medians of rounds that alternate, because the machine has other things to do.
 */
import { randomBytes } from 'node:crypto';
import { tsImport } from 'tsx/esm/api';

const { buildRtp, createSrtpReceiver, createSrtpSender, SRTP_PROFILES } = await tsImport('../src/rtc/index.ts', import.meta.url);

/** As many as a busy call has under way, so that memory is given back as it is there. */
const PACKETS = 2_000;
const ROUNDS = 60;
const payload = randomBytes(1_088);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
/** Time of the processor, with what the collector takes: the clock on the wall also counts what others do. */
function micros(began, count) {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / count;
}

for (const profile of Object.keys(SRTP_PROFILES)) {
  const costs = { seal: [], open: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const keys = { profile, key: randomBytes(16), salt: randomBytes(SRTP_PROFILES[profile].saltLength) };
    const [sender, receiver] = [createSrtpSender(keys), createSrtpReceiver(keys)];
    const packets = Array.from({ length: PACKETS }, (_, i) =>
      buildRtp({ payloadType: 96, sequence: i & 0xffff, timestamp: i, ssrc: 1 }, payload),
    );
    let began = process.cpuUsage();
    const sealed = packets.map((packet) => sender.protectRtp(packet));
    costs.seal.push(micros(began, PACKETS));
    began = process.cpuUsage();
    const opened = sealed.filter((packet) => receiver.unprotectRtp(packet) !== undefined).length;
    costs.open.push(micros(began, PACKETS));
    if (opened !== PACKETS) throw new Error(`${PACKETS - opened} packets were not opened`);
  }
  const [seal, open] = [median(costs.seal), median(costs.open)];
  const [leastSeal, leastOpen] = [Math.min(...costs.seal), Math.min(...costs.open)];
  console.log(
    `${profile}: seal ${seal.toFixed(1)} µs, open ${open.toFixed(1)} µs, both ${(seal + open).toFixed(1)} µs (least ${(leastSeal + leastOpen).toFixed(1)})`,
  );
}
