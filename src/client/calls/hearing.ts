/** When somebody counts as speaking, for all who show it. */
export const HEARING = {
  /** Of 0 to 1, linear as WebRTC tells it: a quiet voice is about 0.03, a room that hums and whose noise is suppressed less than 0.01. */
  heard: 0.02,
  /** ms for which somebody still counts as heard: between two words. */
  hold: 500,
} as const;
