import type { BrowserCalls, CallTracks } from './contract.ts';
import { createTrackBoard } from './board.ts';
import { canShareScreen } from './capture/ask.ts';
import { createCaptures } from './capture/captures.ts';
import { createDevices } from './capture/devices.ts';
import { createOwnLevel } from './capture/own-level.ts';
import { readChoices, writeChoices } from './capture/choices.ts';
import { createListeners } from './listeners.ts';
import { type BrowserTransport, openTransport } from './transport.ts';

/** All of it, at once; `index.ts` fetches it when it is first wanted. */
export function createLoadedCalls(makeWorker: () => Worker): BrowserCalls {
  const changed = createListeners();
  const board = createTrackBoard(changed.tell);
  let choices = readChoices(localStorage);
  const captures = createCaptures((source) => choices[source]);
  captures.on(changed.tell);
  const ownLevel = createOwnLevel(captures);
  /** The newest: while one takes another's place there are two. */
  let transport: BrowserTransport | undefined;

  const tracks: CallTracks = {
    of: board.of,
    own: captures.of,
    level: (device) => (device === 'own' ? ownLevel.now() : (transport?.levels.of(device) ?? 0)),
    on: changed.on,
  };

  return {
    tracks,
    devices: createDevices({
      captures,
      canShareScreen,
      chosen: () => choices,
      choose(next) {
        choices = next;
        writeChoices(localStorage, next);
      },
    }),
    media: {
      open: async (events) => (transport = await openTransport({ makeWorker, captures, board }, events)),
    },
  };
}
