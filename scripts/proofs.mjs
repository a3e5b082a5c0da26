/**
 * What is proved by sheer length: `npm test` takes the slice, `npm run prove` (CORRILLO_PROVE=1) the whole. Both stand here and nowhere else.
 * What a test takes a step of is told by its stride: 1 is every single one.
 */
export const proofs = {
  framesInMemory: { what: 'damaged frames through codec and session', slice: 60_000, whole: 1_000_000 },
  framesOverSockets: { what: 'damaged frames over each listener', slice: 1_000, whole: 20_000 },
  fileRequests: { what: 'damaged requests about files at each port', slice: 400, whole: 10_000 },
  mediaPackets: { what: 'damaged packets at the media port', slice: 20_000, whole: 1_000_000 },
  damagedPlaces: { what: 'stride over the places of sealed bytes that are damaged one by one', slice: 5, whole: 1 },
  roomHistories: { what: 'random histories of a group', slice: 20, whole: 200 },
  talkSeeds: { what: 'simulations of a room in which everything breaks', slice: 200, whole: 2_000 },
  callSeeds: { what: 'simulations of calls while everything breaks', slice: 10, whole: 1_000 },
  callOfFour: { what: 'seconds of a call of three pages and a terminal', slice: 10, whole: 30 },
  lossyPages: { what: 'seconds of a call of two pages on a network that loses', slice: 10, whole: 30 },
  fileSeeds: { what: 'simulations of files while everything breaks', slice: 100, whole: 1_000 },
  transferKills: { what: 'stride over the steps of a transfer at which a program is killed', slice: 4, whole: 1 },
  doorRaces: { what: 'seeds of each race between two who open and close a door', slice: 8, whole: 20 },
  directDeaths: { what: 'stride over the steps of beginning a room of two at which the relay dies', slice: 8, whole: 1 },
  relayKills: { what: 'kills of a relay at which ten terminals write', slice: 8, whole: 20 },
  killedFile: { what: 'MiB of a file sent through kills of everybody', slice: 512, whole: 10 * 1024 },
  browserFile: { what: 'MiB of a file up and down in a browser with flat memory', slice: 256, whole: 2 * 1024 },
};

export const proving = Boolean(process.env.CORRILLO_PROVE);

/**
 * How much of it this run takes.
 * @param {keyof typeof proofs} name
 * @returns {number}
 */
export function lengthOf(name) {
  return proving ? proofs[name].whole : proofs[name].slice;
}
