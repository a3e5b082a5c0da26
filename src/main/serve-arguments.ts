import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { CodedError } from '../protocol/index.ts';

/** Ports are undefined where nobody asked for one: then a busy default may give way to the next free. 0 is any free one. */
export interface ServeArguments {
  readonly port: number | undefined;
  readonly chatPort: number | undefined;
  readonly filesPort: number | undefined;
  readonly mediaPort: number | undefined;
  /** Null: no calls. */
  readonly media: { readonly workers: number | undefined } | null;
  readonly data: string | undefined;
  /** Undefined where nobody said; what is kept for ever is null. Milliseconds and bytes. */
  readonly files: {
    readonly keep: number | null | undefined;
    readonly maxRoom: number | undefined;
    readonly maxDevice: number | undefined;
    readonly reserve: number | undefined;
  };
  /** Names under which this machine is reached, beside those it knows of itself. */
  readonly hostNames: readonly string[];
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
  readonly open: boolean;
  /** The first room is to be open to the network. */
  readonly openRoom: boolean;
  /** Say on the networks that the relay is there (mDNS). */
  readonly announce: boolean;
  readonly json: boolean;
}

/** @throws CodedError `bad_flag` */
export function parseServeArguments(argv: readonly string[], env: NodeJS.ProcessEnv): ServeArguments {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        'chat-port': { type: 'string' },
        'files-port': { type: 'string' },
        'media-port': { type: 'string' },
        'media-workers': { type: 'string' },
        'no-calls': { type: 'boolean', default: false },
        data: { type: 'string' },
        'keep-files': { type: 'string' },
        'files-max-room': { type: 'string' },
        'files-max-device': { type: 'string' },
        'files-reserve': { type: 'string' },
        'host-name': { type: 'string', multiple: true, default: [] },
        proxy: { type: 'string', multiple: true, default: [] },
        'open-room': { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        'no-announce': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new CodedError('bad_flag', { message: (error as Error).message.split('\n')[0] as string });
  }
  return {
    port: portOf('--port', values.port) ?? portOf('PORT', env.PORT === '' ? undefined : env.PORT),
    chatPort: portOf('--chat-port', values['chat-port']),
    filesPort: portOf('--files-port', values['files-port']),
    mediaPort: portOf('--media-port', values['media-port']),
    media: values['no-calls'] ? null : { workers: countOf('--media-workers', values['media-workers'], MOST_WORKERS) },
    data: values.data,
    files: {
      keep: timeOf('--keep-files', values['keep-files']),
      maxRoom: sizeOf('--files-max-room', values['files-max-room']),
      maxDevice: sizeOf('--files-max-device', values['files-max-device']),
      reserve: sizeOf('--files-reserve', values['files-reserve']),
    },
    hostNames: values['host-name'],
    proxies: values.proxy.map(addressOf),
    open: !values['no-open'] && !values.json,
    openRoom: values['open-room'],
    announce: !values['no-announce'],
    json: values.json,
  };
}

/** More of them than any machine has cores to spare for; each has a port. */
const MOST_WORKERS = 32;

function countOf(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > most) throw new CodedError('bad_flag', { message: `${flag} ${text}` });
  return count;
}

const HOURS = { h: 1, d: 24 } as const;
/** A century: beyond it somebody means `forever`. */
const LONGEST_HOURS = 876_600;

/** Days or hours, as in 90d and 12h, or `forever`. */
function timeOf(flag: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'forever') return null;
  const match = /^(\d{1,6})([hd])$/.exec(text);
  const hours = match ? Number(match[1]) * HOURS[match[2] as keyof typeof HOURS] : 0;
  if (hours < 1 || hours > LONGEST_HOURS) throw new CodedError('bad_flag', { message: `${flag} ${text}` });
  return hours * 3_600_000;
}

const UNITS = 'KMGT';

/** As in 500M, 20G and 1.5T; 1024 to the step. */
function sizeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,6}(?:\.\d{1,3})?)([KMGT])$/i.exec(text);
  if (!match && text !== '0') throw new CodedError('bad_flag', { message: `${flag} ${text}` });
  return match ? Math.floor(Number(match[1]) * 1024 ** (UNITS.indexOf((match[2] as string).toUpperCase()) + 1)) : 0;
}

function addressOf(text: string): string {
  if (isIP(text) === 0) throw new CodedError('bad_flag', { message: `--proxy ${text}` });
  return text;
}

function portOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new CodedError('bad_flag', { message: `${flag} ${text}` });
  return port;
}
