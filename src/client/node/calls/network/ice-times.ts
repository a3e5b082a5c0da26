/** How patient ICE is, in ms. */
export const ICE_TIMES = {
  /** Between two checks (RFC 8445 section 14.2). */
  pace: 50,
  /** Between two questions on one path: from, doubled each time, to. */
  firstPause: 100,
  longestPause: 1_000,
  /** A better path than the first that answered may answer as long as this. */
  better: 60,
  /** The choice is said again, and another path is chosen after so many times. */
  choosing: 100,
  mostChoices: 5,
  /** Without an answer over UDP, TCP is tried beside it. */
  tcpAfter: 1_000,
  /** A call begins within this time, or cannot. */
  connect: 10_000,
  /** Consent is asked for anew (RFC 7675: every 5 s, give or take a fifth). */
  consent: 5_000,
  /** Nothing came for this long: asked at once. The media port reports more often. */
  silence: 2_000,
  /** Between two questions that are not answered. */
  again: 400,
  /** Without an answer for this long the path is gone, and others are looked for. */
  gone: 2_500,
  /** And for this long without any: the call is lost. */
  lost: 10_000,
} as const;
