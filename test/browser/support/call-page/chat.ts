import { openBrowserClient } from '../../../../src/client/browser/index.ts';
import type { CallMedia, Client, ClientEvent } from '../../../../src/client/index.ts';
import { fromHex, parseLinkFragment, toHex } from '../../../../src/protocol/index.ts';

/** A person's whole client in this page. */
export interface Chat {
  readonly client: Client;
  readonly room: string;
  /** What was told, without what it carries. */
  readonly events: ClientEvent[];
}

/** @param way `founder`: the fragment of the founder link; `link`: a room and its secret in hex */
export async function openChat(
  calls: CallMedia,
  url: string,
  name: string,
  way: { readonly founder: string } | { readonly room: string; readonly secret: string },
): Promise<Chat> {
  const client = await openBrowserClient({ url, calls });
  const events: ClientEvent[] = [];
  client.on((event) => void events.push(event));
  const room =
    'founder' in way
      ? await client.found(parseLinkFragment(way.founder)?.secret as Uint8Array, { name, title: 'Familia' })
      : await client.join({ room: way.room, secret: fromHex(way.secret) as Uint8Array }, { name });
  return { client, room, events };
}

export async function invite({ client, room }: Chat): Promise<{ room: string; secret: string }> {
  const { secret } = await client.invite(room);
  return { room, secret: toHex(secret) };
}
