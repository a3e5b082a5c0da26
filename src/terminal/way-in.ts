import type { Client, Invite, RoomView } from '../client/index.ts';

export interface WayIn {
  readonly name: string;
  readonly invite: Invite | undefined;
  /** Who founds the first room makes it open to the network. */
  readonly openRoom: boolean;
}

/**
 * The room to talk in: by the invitation; else the one this device is in; else by knocking at the relay's front room.
 * @throws CodedError what the door answers
 */
export async function findRoom(client: Client, { invite, name, openRoom }: WayIn): Promise<string> {
  if (invite?.kind === 'room') return client.join({ room: invite.room, secret: invite.secret }, { name });
  const known = await knownRoom(client);
  if (invite) {
    // A founder link stays good for the one who used it: a second run of the same script finds its room.
    if (known?.phase === 'ready') return known.room;
    return client.found(invite.token, { name, access: openRoom || invite.open ? 'open' : 'invited' });
  }
  if (known && (known.phase === 'ready' || known.phase === 'joining')) return known.room;
  return client.knock({ name });
}

/** The room used last at this relay, one of several people first; which relay this is may be known only once it answers. */
async function knownRoom(client: Client): Promise<RoomView | undefined> {
  if (client.rooms().length === 0 && !client.relay()) await heardOfRelay(client);
  const views = client.rooms().map((room) => client.view(room));
  const usable = views.filter(({ phase }) => phase === 'ready' || phase === 'joining');
  return usable.find(({ access }) => access !== 'direct') ?? usable[0] ?? views[0];
}

function heardOfRelay(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.on(({ event }) => {
      if (event !== 'build') return;
      stop();
      resolve();
    });
  });
}
