/** How much of its bits a terminal sends, by what of it gets lost on the way. Times in ms. */
export interface BitrateSteps {
  /** Of the bits that pictures have where nothing is lost: 0 to 1. */
  readonly share: number;
  /** Since the last report so many packets were sent, and of these so many lost. @returns whether the share is another one */
  report(sent: number, lost: number, now: number): boolean;
}

/** ffmpeg is started anew for each change, with a key frame: few steps, far from each other. */
const SHARES = [1, 0.5, 0.25] as const;
/** Reports come each second and are about some tens of packets, of which one alone says little: each counts this much less than the next. */
const FADING = 0.75;
/** Packets without which nobody knows. */
const ENOUGH = 40;
/** More than this is too much; what is less than that is sent again, and few notice. */
const TOO_MUCH = 0.12;
const NEARLY_NONE = 0.03;
/** Between two changes: the last one has to show first. */
const PAUSE = 5_000;
/** So long nothing has to be lost before more is tried; twice as long each time that it was too much soon after, up to the longest. */
const QUIET = 30_000;
const LONGEST_QUIET = 240_000;

export function createBitrateSteps(): BitrateSteps {
  let at = 0;
  let [sent, lost] = [0, 0];
  let changedAt = Number.NEGATIVE_INFINITY;
  let quietSince: number | undefined;
  let quiet = QUIET;
  let raisedAt = Number.NEGATIVE_INFINITY;

  function change(by: 1 | -1, now: number): void {
    if (by === 1 && now - raisedAt < QUIET) quiet = Math.min(2 * quiet, LONGEST_QUIET);
    if (by === -1) raisedAt = now;
    at += by;
    changedAt = now;
    // What was lost before says nothing of how it is now.
    [sent, lost] = [0, 0];
    quietSince = now;
  }

  return {
    get share() {
      return SHARES[at] as number;
    },
    report(sentNow, lostNow, now) {
      sent = sent * FADING + sentNow;
      lost = lost * FADING + lostNow;
      const average = sent < ENOUGH ? 0 : lost / sent;
      if (average > NEARLY_NONE) quietSince = undefined;
      else quietSince ??= now;
      if (now - changedAt < PAUSE) return false;
      const isQuiet = quietSince !== undefined && now - quietSince >= quiet;
      if (average > TOO_MUCH && at < SHARES.length - 1) change(1, now);
      else if (isQuiet && at > 0) change(-1, now);
      else return false;
      return true;
    },
  };
}
