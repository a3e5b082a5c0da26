import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FileItem, type FileSink, safeFileName, type Transfer } from '../../client/index.ts';
import { createPipeSink, targetOf } from '../../client/node/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { DOWNLOADS, sinkFor } from '../files/file-desk.ts';
import { nearPath, pathFromHere } from '../files/progress-lines.ts';
import { expandHome } from '../files/typed-paths.ts';
import { languageOf } from '../language.ts';
import { EXIT } from '../session.ts';
import { reportBadArguments } from './bad-arguments.ts';
import { type FileArguments, parseFileArguments } from './file-arguments.ts';
import { type Visit, visit } from './visit.ts';

/** `corrillo download`: resolves with the exit code. Standard output gets the path of each file, or with `-o -` its bytes and nothing else. */
export async function runDownload(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  let args: FileArguments;
  try {
    args = parseFileArguments(argv, 'download');
  } catch (error) {
    return reportBadArguments(error, language);
  }
  const isPipe = args.output === '-';
  const begun = new Set<string>();
  return visit(args, language, {
    there: 'useDownload',
    async run(here) {
      const found = await findAll(here, args);
      const all = await Promise.all(found.map(({ room, item }) => fetchOne({ ...here, room }, item, args.output, begun)));
      return all.every(Boolean) ? EXIT.done : EXIT.fault;
    },
    async interrupt({ client, display, t }) {
      if (isPipe) for (const id of begun) await client.files.cancel(id).catch(() => {});
      display.say(isPipe ? t.pipeInterrupted : t.againGoesOn);
    },
  });
}

interface Found {
  readonly room: string;
  readonly item: FileItem;
}

/** In the room that was named, else in all. What came while nobody was here is waited for. */
async function findAll({ client, room, caughtUp }: Visit, args: FileArguments): Promise<readonly Found[]> {
  const rooms = args.room === undefined ? [room, ...client.rooms().filter((other) => other !== room)] : [room];
  const look = () => Promise.all(args.what.map((id) => findOne(rooms, id)));
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'no_such_file') throw error;
    await caughtUp;
    return look();
  }

  async function findOne(among: readonly string[], id: string): Promise<Found> {
    for (const one of among) {
      try {
        return { room: one, item: await client.files.find(one, id) };
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'no_such_file') throw error;
      }
    }
    throw new CodedError('no_such_file');
  }
}

async function fetchOne(here: Visit, item: FileItem, output: string | undefined, begun: Set<string>): Promise<boolean> {
  const { client, room, watch } = here;
  // What is in a folder only the relay knows.
  if (item.file.files !== null) await here.caughtUp;
  const target = output === '-' ? undefined : await targetFor(item, output);
  const earlier = target === undefined ? undefined : goesOn(here, item, target, output !== undefined);
  if (earlier?.state === 'paused') await client.files.resume(earlier.id);
  const id = earlier?.id ?? (await client.files.download(room, item.file.id, await openTarget(here, item, target)));
  begun.add(id);
  watch.follow(id);
  return report(here, await watch.ended(id), output);
}

/** The one that an earlier run of this command began. Where a place was named, one that goes elsewhere is another download. */
function goesOn({ client, room }: Visit, { file }: FileItem, target: string, named: boolean): Transfer | undefined {
  const all = client.files
    .transfers()
    .filter(
      ({ direction, room: where, file: id, state }) => direction === 'down' && where === room && id === file.id && state !== 'absent',
    );
  const same = all.find(({ place }) => place !== null && targetOf(place) === target);
  return same ?? (named ? undefined : all[0]);
}

async function targetFor({ file }: FileItem, output: string | undefined): Promise<string> {
  const target = output === undefined ? `${DOWNLOADS}/` : expandHome(output);
  const isFolder = /[/\\]$/.test(target) || (await stat(target).catch(() => undefined))?.isDirectory() === true;
  return resolve(isFolder ? join(target, safeFileName(file.name)) : target);
}

/** @param target undefined: standard output */
async function openTarget({ client, room }: Visit, item: FileItem, target: string | undefined): Promise<FileSink> {
  if (target !== undefined) return sinkFor(client, room, item, target);
  if (item.file.files !== null) throw new CodedError('folder_to_pipe');
  return createPipeSink(process.stdout, '-');
}

function report({ complain }: Visit, { state, error, name, path }: Transfer, output: string | undefined): boolean {
  if (state !== 'done') complain(error ?? new CodedError('withdrawn'), name);
  else if (output !== '-' && path !== null) process.stdout.write(`${process.stdout.isTTY ? nearPath(path) : pathFromHere(path)}\n`);
  return state === 'done';
}
