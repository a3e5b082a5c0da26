import { isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { CodedError } from '../protocol/index.ts';
import { type CallArguments, callOptions, readCallArguments } from './calls/call-arguments.ts';

export interface ChatArguments {
  readonly name: string | undefined;
  readonly host: string | undefined;
  readonly chatPort: number | undefined;
  readonly data: string | undefined;
  readonly inviteFile: string | undefined;
  /** Plain lines also where there could be a full screen. */
  readonly plain: boolean;
  /** Founds an open room. */
  readonly openRoom: boolean;
  /** Goes on here where another terminal holds the device. */
  readonly takeOver: boolean;
  readonly json: boolean;
  readonly jsonInput: boolean;
  readonly history: number;
  /** ms */
  readonly flushTimeout: number;
  readonly calls: CallArguments;
}

/** @throws CodedError `bad_flag` */
export function parseChatArguments(argv: readonly string[]): ChatArguments {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        name: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        'invite-file': { type: 'string' },
        plain: { type: 'boolean', default: false },
        'open-room': { type: 'boolean', default: false },
        'take-over': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'json-input': { type: 'boolean', default: false },
        history: { type: 'string', default: '0' },
        'flush-timeout': { type: 'string', default: '30' },
        ...callOptions,
      },
    }));
  } catch (error) {
    throw new CodedError('bad_flag', { message: (error as Error).message.split('\n')[0] as string });
  }
  return {
    name: values.name,
    ...splitHost(values.host),
    data: values.data,
    inviteFile: values['invite-file'],
    plain: values.plain,
    openRoom: values['open-room'],
    takeOver: values['take-over'],
    json: values.json,
    jsonInput: values['json-input'],
    history: wholeNumber('--history', values.history, 100_000),
    flushTimeout: wholeNumber('--flush-timeout', values['flush-timeout'], 86_400) * 1000,
    calls: readCallArguments(values),
  };
}

/** `HOST`, `HOST:PORT`, `[IPv6]:PORT` or a bare IPv6 address. @throws CodedError `bad_flag` */
export function splitHost(typed: string | undefined): { host: string | undefined; chatPort: number | undefined } {
  if (typed === undefined) return { host: undefined, chatPort: undefined };
  if (isIPv6(typed)) return { host: typed, chatPort: undefined };
  const match = /^(?:\[([^\]]+)\]|([^:/\s]+))(?::(\d+))?$/.exec(typed);
  const host = match?.[1] ?? match?.[2];
  if (!match || !host) throw new CodedError('bad_flag', { message: `--host ${typed}` });
  return { host, chatPort: match[3] === undefined ? undefined : wholeNumber('--host', match[3], 65_535) };
}

function wholeNumber(flag: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new CodedError('bad_flag', { message: `${flag} ${text}` });
  return value;
}
