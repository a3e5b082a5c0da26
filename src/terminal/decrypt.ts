import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type BlobSecret, type MakeSink, openBlob, safeFileName, type SealedBlob } from '../client/index.ts';
import { sentenceFor, texts } from '../client/locales/index.ts';
import { createFileSink, createFolderSink, createPipeSink, nodeAead } from '../client/node/index.ts';
import { CodedError, fromHex } from '../protocol/index.ts';
import { type DecryptArguments, parseDecryptArguments } from './export-arguments.ts';
import { languageOf } from './language.ts';
import { EXIT } from './session.ts';
import { toSafeLine } from './text/safe-text.ts';

interface Secret extends BlobSecret {
  /** What it is called where nobody says otherwise. */
  readonly name: string;
}

/** `corrillo decrypt`: opens a blob as a relay has it, by its key alone; resolves with the exit code. */
export async function runDecrypt(argv: readonly string[]): Promise<number> {
  const { errors, terminal } = texts(languageOf(process.env));
  const tell = (text: string) => void process.stderr.write(`${text}\n`);
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop);
  try {
    const args = parseDecryptArguments(argv);
    const secret = await findSecret(args);
    const path = await withBlob(args.blob, (blob) =>
      openBlob(blob, secret, sinkFor(args, secret), { aead: nodeAead, signal: stopped.signal }),
    );
    tell(terminal.decrypted(toSafeLine(path)));
    if (!secret.hash) tell(terminal.decryptedUnpinned);
    return EXIT.done;
  } catch (error) {
    if (stopped.signal.aborted) return EXIT.fault;
    if (!(error instanceof CodedError)) throw error;
    tell(sentenceFor(errors, error));
    return error.code === 'bad_flag' ? EXIT.usage : EXIT.fault;
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.off(signal, stop);
  }
}

/** @throws CodedError `folder_to_pipe` */
function sinkFor({ output }: DecryptArguments, { name, folder }: Secret): MakeSink {
  if (folder && output === '-') throw new CodedError('folder_to_pipe');
  const target = resolve(output ?? name);
  return (size, entries) => {
    if (entries) return createFolderSink(target, entries);
    return output === '-' ? createPipeSink(process.stdout, '-') : createFileSink(target, size);
  };
}

/** @throws CodedError `blob_unreadable`; `blob_damaged` where it gets shorter meanwhile */
async function withBlob<T>(path: string, use: (blob: SealedBlob) => Promise<T>): Promise<T> {
  const unreadable = (error: unknown) => {
    return new CodedError('blob_unreadable', { path, because: (error as NodeJS.ErrnoException).code ?? '' });
  };
  let file: FileHandle | undefined;
  try {
    const opened = await open(path).catch((error: unknown) => Promise.reject(unreadable(error)));
    file = opened;
    const stats = await opened.stat();
    if (!stats.isFile()) throw new CodedError('blob_unreadable', { path, because: 'EISDIR' });
    return await use({
      length: stats.size,
      async read(target, offset) {
        for (let done = 0; done < target.length;) {
          const { bytesRead } = await opened
            .read(target, done, target.length - done, offset + done)
            .catch((error: unknown) => Promise.reject(unreadable(error)));
          if (bytesRead === 0) throw new CodedError('blob_damaged');
          done += bytesRead;
        }
      },
    });
  } finally {
    await file?.close();
  }
}

// ---- what opens it

async function findSecret({ blob, from }: DecryptArguments): Promise<Secret> {
  if (from.kind === 'export') return findInExport(from.path, from.file);
  const key = from.key === '-' ? await firstLine() : from.key;
  const { hash, folder } = from;
  return {
    key: bytesOf('--key', key),
    hash: hash === undefined ? null : bytesOf('--hash', hash),
    folder,
    name: `${basename(blob)}.opened`,
  };
}

/** @throws CodedError `bad_flag` */
function bytesOf(flag: string, hex: string): Uint8Array {
  const bytes = fromHex(hex.trim().toLowerCase());
  // What was typed is a secret: it is not said again.
  if (bytes?.length !== 32) throw new CodedError('bad_flag', { message: flag });
  return bytes;
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin, terminal: false })) return line;
  return '';
}

/**
 * The file of that id in what `corrillo export` wrote. Lines may be many: one is looked at at a time.
 *
 * @throws CodedError `blob_unreadable`, `not_in_export`, `file_ambiguous`
 */
async function findInExport(path: string, wanted: string): Promise<Secret> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  const found = new Map<string, Secret>();
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, terminal: false })) {
      const known = wanted.length >= 4 && line.includes('"file"') ? readFileLine(line) : undefined;
      if (known?.id.startsWith(wanted) && !found.has(known.id)) found.set(known.id, known.secret);
    }
  } catch (error) {
    throw new CodedError('blob_unreadable', { path, because: (error as NodeJS.ErrnoException).code ?? '' });
  }
  if (found.size > 1) throw new CodedError('file_ambiguous');
  const [secret] = found.values();
  if (!secret) throw new CodedError('not_in_export', { id: wanted.slice(0, 40) });
  return secret;
}

function readFileLine(line: string): { readonly id: string; readonly secret: Secret } | undefined {
  const value = parseLine(line);
  const { event, id, key, hash, name, files } = value;
  if (event !== 'file' || typeof id !== 'string' || typeof key !== 'string' || typeof hash !== 'string') return undefined;
  const [keyBytes, hashBytes] = [fromHex(key), fromHex(hash)];
  if (keyBytes?.length !== 32 || hashBytes?.length !== 32) return undefined;
  const folder = typeof files === 'number';
  return { id, secret: { key: keyBytes, hash: hashBytes, folder, name: safeFileName(typeof name === 'string' ? name : '') } };
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
