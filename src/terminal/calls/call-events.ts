import type { CallView, Client, MediaCount } from '../../client/index.ts';

type Print = (event: string, fields: Record<string, unknown>) => void;

/** Calls in the JSON contract: `call` when something of it is other than what was printed last, `media` each second for each source of a member. */
export function createCallEvents(print: Print) {
  const printed = new Map<string, string>();
  return {
    call(room: string, view: CallView | null): void {
      const fields = callFields(room, view);
      const text = JSON.stringify(fields);
      if ((printed.get(room) ?? JSON.stringify(callFields(room, null))) === text) return;
      printed.set(room, text);
      print('call', fields);
    },
    /** It was asked for: told whether or not it is another. */
    answer(room: string, view: CallView | null): void {
      const fields = callFields(room, view);
      printed.set(room, JSON.stringify(fields));
      print('call', fields);
    },
    media(room: string, counts: readonly MediaCount[], client: Client | undefined): void {
      const names = new Map(client?.view(room).members.map(({ device, name }) => [device, name]));
      for (const { device, source, frames, decoded, failed } of counts)
        print('media', { room, from: names.get(device) ?? '', device, source, frames, decoded, failed });
    },
  };
}

/** `out` with nobody in it: there is no call. */
function callFields(room: string, view: CallView | null): Record<string, unknown> {
  return {
    room,
    state: view?.state ?? 'out',
    members: (view?.members ?? []).map(({ name, device, own, sources, hand }) => ({
      name,
      device,
      own,
      audio: sources.includes('microphone'),
      video: sources.includes('camera'),
      screen: sources.includes('screen'),
      hand,
    })),
    ringing: view?.ringing ?? null,
    ...(view?.error ? { code: view.error.code } : {}),
  };
}
