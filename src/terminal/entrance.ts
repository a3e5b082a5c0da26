import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type Invite, parseInvite } from '../client/index.ts';
import { defaultDataFolder } from '../client/node/index.ts';
import { CodedError, PORTS } from '../protocol/index.ts';
import { type ChatArguments, splitHost } from './arguments.ts';
import type { HostPlace } from './last-host.ts';

/** Where to connect, and what opens the door there. */
export interface Entrance extends HostPlace {
  readonly invite: Invite | undefined;
}

export type EntranceArguments = Pick<ChatArguments, 'host' | 'chatPort' | 'inviteFile'>;

/** A relay that says on the network that it is there. */
export interface NearRelay extends HostPlace {
  /** What its machine is called: text of others. */
  readonly name: string;
  readonly relayKey: Uint8Array;
}

export interface EntrancePorts {
  readonly readStdin: () => Promise<string>;
  /** Where this device was last. */
  readonly readLastHost: () => Promise<HostPlace | undefined>;
  /** Relays that announce themselves on this network. */
  readonly findRelays: () => Promise<readonly NearRelay[]>;
  /** Asks a person where to go: a link, an address, or the number of a relay that was found. Undefined where nobody can be asked. */
  readonly askWhere: ((found: readonly NearRelay[]) => Promise<string>) | undefined;
}

/**
 * The invitation comes by environment, file, or standard input, never by argv, where every user of the machine can read
 * it. On the relay's own machine the founder link waits in the relay's data folder. A person who is new here and named no
 * host is asked where to go, and shown the relays near here; with an address alone one knocks.
 * @throws CodedError `bad_invite`, `invite_unreadable`, `unknown_host`
 */
export async function findEntrance(args: EntranceArguments, env: NodeJS.ProcessEnv, ports: EntrancePorts): Promise<Entrance> {
  const text = env.CORRILLO_INVITE ?? (args.inviteFile === undefined ? undefined : await readInvite(args.inviteFile, ports.readStdin));
  const invite = text === undefined || text.trim() === '' ? await founderHere(args) : parseInvite(text);
  if (invite) return { host: args.host ?? invite.host, chatPort: args.chatPort ?? invite.chatPort, invite };
  if (args.host !== undefined) return placeOf(args.host, args.chatPort);
  const last = await ports.readLastHost();
  if (last) return { ...last, invite: undefined };
  const found = ports.askWhere ? await ports.findRelays() : [];
  const typed = (await ports.askWhere?.(found))?.trim() ?? '';
  if (typed !== '') return readWhere(typed, found);
  const [only, another] = found;
  return only && !another ? { ...only, invite: undefined } : placeOf('127.0.0.1', undefined);
}

const placeOf = (host: string, chatPort: number | undefined): Entrance => ({ host, chatPort: chatPort ?? PORTS.chat, invite: undefined });

function readWhere(typed: string, found: readonly NearRelay[]): Entrance {
  const chosen = /^\d{1,3}$/.test(typed) ? found[Number(typed) - 1] : undefined;
  if (chosen) return { ...chosen, invite: undefined };
  if (/^https?:/i.test(typed)) {
    const invite = parseInvite(typed);
    return { host: invite.host, chatPort: invite.chatPort, invite };
  }
  try {
    const { host, chatPort } = splitHost(typed);
    return placeOf(host as string, chatPort);
  } catch {
    throw new CodedError('unknown_host');
  }
}

async function readInvite(file: string, readStdin: () => Promise<string>): Promise<string> {
  try {
    return file === '-' ? await readStdin() : await readFile(file, 'utf8');
  } catch (error) {
    throw new CodedError('invite_unreadable', { path: file, because: (error as NodeJS.ErrnoException).code ?? '' });
  }
}

async function founderHere(args: EntranceArguments): Promise<Invite | undefined> {
  if (args.host !== undefined && !isLoopback(args.host)) return undefined;
  try {
    const invite = parseInvite(await readFile(join(defaultDataFolder('relay'), 'founder'), 'utf8'));
    // The link names the address for others; from here the relay is on this machine.
    return { ...invite, host: args.host ?? '127.0.0.1' };
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
