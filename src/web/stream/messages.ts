/** What the service worker and the page say to each other. Types only: the worker is a script without imports. */

/** The worker asks with a port; a page that does not know the token answers nothing with it. */
export interface StreamQuestion {
  readonly stream: string;
  /** As the browser asked for it. */
  readonly range: string | null;
}

export interface StreamHead {
  readonly status: 200 | 206 | 416;
  readonly headers: Readonly<Record<string, string>>;
}

/** On the port, from the page: the head once, and a piece for each `pull`. */
export type StreamAnswer = { readonly head: StreamHead } | { readonly piece: Uint8Array } | { readonly end: 'whole' | 'broken' };
/** On the port, from the worker. */
export type StreamWish = 'pull' | 'cancel';
