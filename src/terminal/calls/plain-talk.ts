import type { NodeClient } from '../../client/node/index.ts';
import type { Texts } from '../../client/locales/index.ts';

/**
 * Push-to-talk where lines are typed: Enter on an empty line begins to talk, and ends it.
 * @returns what such a line does
 */
export function createPlainTalk(client: NodeClient, { calls }: Texts['terminal'], say: (text: string) => void): () => void {
  let isTalking = false;
  let wasIn = false;

  function set(on: boolean): void {
    if (on === isTalking) return;
    isTalking = on;
    client.pictures?.talk(on);
    say(on ? calls.talkOn : calls.talkOff);
  }

  const isIn = () => {
    const room = client.calls.current();
    return room !== null && client.calls.view(room)?.state === 'in';
  };
  client.on(({ event }) => {
    if (event !== 'call' || wasIn === isIn()) return;
    wasIn = !wasIn;
    if (wasIn) say(calls.enterTalks);
    else set(false);
  });
  return () => {
    if (wasIn) set(!isTalking);
  };
}
