/** Every bound of the calls of this device, with its reason. Times in milliseconds. */
export const CALL_LIMITS = {
  /** Getting the platform's media ready asks nobody anything. */
  open: 15_000,
  /** The relay's answer to `call.join`: its engine may be starting. */
  answer: 10_000,
  /** All ways to the media port, one after the other: UDP, then TCP. */
  connect: 15_000,
  /** A call rings so long at who does not answer. */
  ring: 60_000,
  /** Each member says so often how it is in the call, though nothing changed: what was lost is made good. */
  repeat: 20_000,
  /** What nobody repeated for so long holds no longer: a relay that keeps words back shows nobody for ever. A page in the background is slow. */
  wordHolds: 100_000,
  /**
   * Who is put out by the relay and says nothing of leaving is shown for so long more: with an engine that died all are put out, and they are back within
   * three seconds.
   */
  comesBack: 5_000,
  /** Between two words of this device: whoever plays with a key floods nobody. */
  betweenWords: 150,
  /** When all have to say it again: so long for each that is in, by chance within it, so that not all speak at once. */
  spread: 30,
  /** Between two demands for other pictures, as when a window is resized. */
  betweenWants: 100,
  /** A transport that says `disconnected` mends itself, or is given up. */
  disconnected: 10_000,
  /** The relay says who is in when a room is live; where it leaves this device out for so long, it is out. */
  unlisted: 3_000,
  /** Of a room without a call the relay says nothing: when it was silent for so long in a room that is live, there is none. */
  nobodyIn: 3_000,
  /** Lines about calls behind one entry: a relay that makes calls come and go fills nobody's disk. */
  lines: 20,
  /** How long a lost call is joined again by itself: nobody wants a camera to come on in an empty room an hour later. */
  giveUp: 120_000,
  /** A captured screen outlives the transport that it was captured for so long, as nobody can be asked for it again. */
  keepScreen: 15_000,
  /** Joining again: at once, then after these, by half by chance. In a call for `steady`, it begins from the front. */
  retries: [0, 300, 600, 1_200, 2_500, 5_000],
  steady: 20_000,
  /** Calls that rang here and are remembered, so that none rings twice. */
  rings: 64,
  /** Height of a picture that nobody said anything about. */
  height: 360,
} as const;
