import { parseArgs } from 'node:util';
import { CodedError, PORTS } from '../protocol/index.ts';
import { splitHost } from './arguments.ts';

export interface ExportArguments {
  readonly data: string | undefined;
  /** Host and port, as rooms are remembered by. */
  readonly address: string | undefined;
  /** Its number in the list, its name, or the beginning of its id. */
  readonly room: string | undefined;
  /** `-`: standard output. */
  readonly output: string;
}

/** @throws CodedError `bad_flag` */
export function parseExportArguments(argv: readonly string[]): ExportArguments {
  const { values } = parsed(() =>
    parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        data: { type: 'string' },
        host: { type: 'string' },
        room: { type: 'string' },
        output: { type: 'string', short: 'o', default: '-' },
      },
    }),
  );
  const { host, chatPort = PORTS.chat } = splitHost(values.host);
  return { data: values.data, address: host === undefined ? undefined : `${host}:${chatPort}`, room: values.room, output: values.output };
}

export interface DecryptArguments {
  readonly blob: string;
  /** Where the secret comes from. */
  readonly from:
    | { readonly kind: 'key'; readonly key: string; readonly hash: string | undefined; readonly folder: boolean }
    /** `path` `-`: standard input. `file`: its id or the beginning of it. */
    | { readonly kind: 'export'; readonly path: string; readonly file: string };
  /** `-`: standard output; absent: a name in this folder. */
  readonly output: string | undefined;
}

/** @throws CodedError `bad_flag` */
export function parseDecryptArguments(argv: readonly string[]): DecryptArguments {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        hash: { type: 'string' },
        folder: { type: 'boolean', default: false },
        export: { type: 'string' },
        file: { type: 'string' },
        output: { type: 'string', short: 'o' },
      },
    }),
  );
  const [blob, ...more] = positionals;
  const { key, hash, folder, export: path, file, output } = values;
  if (blob === undefined || more.length > 0) throw new CodedError('bad_flag', { message: 'corrillo decrypt BLOB …' });
  if ((key === undefined) === (path === undefined)) throw new CodedError('bad_flag', { message: '--key | --export' });
  if (path !== undefined) {
    if (hash !== undefined || folder) throw new CodedError('bad_flag', { message: hash === undefined ? '--folder' : '--hash' });
    // At a relay a blob's file is called by its id.
    return { blob, from: { kind: 'export', path, file: file ?? blob.split(/[/\\]/).at(-1) ?? '' }, output };
  }
  if (file !== undefined) throw new CodedError('bad_flag', { message: '--file' });
  if (folder && output === '-') throw new CodedError('bad_flag', { message: '--folder -o -' });
  return { blob, from: { kind: 'key', key: key as string, hash, folder }, output };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new CodedError('bad_flag', { message: (error as Error).message.split('\n')[0] as string });
  }
}
