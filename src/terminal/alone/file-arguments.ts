import { parseArgs } from 'node:util';
import { CodedError } from '../../protocol/index.ts';
import { splitHost } from '../arguments.ts';
import type { ComingArguments } from '../connecting.ts';

/** What `corrillo upload` and `corrillo download` are told. */
export interface FileArguments extends ComingArguments {
  /** Paths to send, or ids to fetch. */
  readonly what: readonly string[];
  /** Number or name, as `/room` takes it. */
  readonly room: string | undefined;
  /** What the one file that is sent is to be called. */
  readonly name: string | undefined;
  /** Where the one that is fetched goes; `-` is standard output. */
  readonly output: string | undefined;
}

const COMMON = { host: { type: 'string' }, data: { type: 'string' }, room: { type: 'string' }, 'invite-file': { type: 'string' } } as const;

/** @throws CodedError `bad_flag` */
export function parseFileArguments(argv: readonly string[], command: 'upload' | 'download'): FileArguments {
  const own = command === 'upload' ? ({ name: { type: 'string' } } as const) : ({ output: { type: 'string', short: 'o' } } as const);
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], strict: true, allowPositionals: true, options: { ...COMMON, ...own } });
  } catch (error) {
    throw wrong((error as Error).message.split('\n')[0] as string);
  }
  const { positionals: what } = parsed;
  const values = parsed.values as Partial<Record<keyof typeof COMMON | 'name' | 'output', string>>;
  if (what.length === 0) throw wrong(command === 'upload' ? 'PATH' : 'ID');
  const single = values.name === undefined ? (values.output === '-' ? '-o -' : undefined) : '--name';
  if (what.length > 1 && single !== undefined) throw wrong(single);
  if (what.length > 1 && what.includes('-')) throw wrong('-');
  if (what.includes('-') && command === 'upload' && (values.name ?? '') === '') throw wrong('--name');
  return {
    what,
    ...splitHost(values.host),
    data: values.data,
    inviteFile: values['invite-file'],
    room: values.room,
    name: values.name,
    output: values.output,
  };
}

const wrong = (message: string) => new CodedError('bad_flag', { message });
