import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Archive, ArchivedRoom, TimelineItem } from '../client/index.ts';
import { sentenceFor, texts } from '../client/locales/index.ts';
import { defaultDataFolder, withDeviceArchive } from '../client/node/index.ts';
import { CodedError } from '../protocol/index.ts';
import { parseExportArguments } from './export-arguments.ts';
import { createJsonScreen, fileFields } from './json-screen.ts';
import { languageOf } from './language.ts';
import { toSafeLine } from './text/safe-text.ts';
import { EXIT } from './session.ts';

/** `corrillo export`: what this device keeps of a room, as JSON Lines; resolves with the exit code. */
export async function runExport(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  const { errors, terminal } = texts(language);
  const tell = (text: string) => void process.stderr.write(`${text}\n`);
  try {
    const { data, address, room: wanted, output } = parseExportArguments(argv);
    await withDeviceArchive(data ?? defaultDataFolder('client'), address, async (archive) => {
      const room = findRoom(archive.rooms, wanted);
      tell(terminal.exportWarning);
      if (archive.rooms.length > 1 && wanted === undefined) {
        tell(terminal.exportOthers);
        for (const [i, { name, room: id }] of archive.rooms.entries()) tell(`${i + 1}  ${toSafeLine(name) || id.slice(0, 8)}`);
      }
      await pipeline(Readable.from(linesOf(archive, room, language)), await openOutput(output));
    });
    return EXIT.done;
  } catch (error) {
    // Whoever reads along has seen enough.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.done;
    if (!(error instanceof CodedError)) throw error;
    tell(sentenceFor(errors, error));
    return error.code === 'bad_flag' ? EXIT.usage : error.code === 'data_in_use' ? EXIT.inUse : EXIT.fault;
  }
}

/** @throws CodedError `no_such_room`, `ambiguous_room` */
function findRoom(rooms: readonly ArchivedRoom[], wanted: string | undefined): string {
  const [first] = rooms;
  if (wanted === undefined && first) return first.room;
  const named = rooms.filter(
    ({ name, room }) => name === wanted || (/^[0-9a-f]{8,}$/.test(wanted ?? '') && room.startsWith(wanted as string)),
  );
  if (named.length > 1) throw new CodedError('ambiguous_room');
  const found = named[0] ?? (/^\d{1,4}$/.test(wanted ?? '') ? rooms[Number(wanted) - 1] : undefined);
  if (!found) throw new CodedError('no_such_room');
  return found.room;
}

/** What opens files is for this person alone. */
async function openOutput(path: string): Promise<NodeJS.WritableStream> {
  if (path === '-') return process.stdout;
  try {
    return (await open(path, 'wx', 0o600)).createWriteStream();
  } catch (error) {
    throw new CodedError('export_not_writable', { path, because: (error as NodeJS.ErrnoException).code ?? '' });
  }
}

async function* linesOf({ items }: Archive, room: string, language: 'en' | 'es'): AsyncGenerator<string> {
  let lines = '';
  const screen = createJsonScreen((line) => void (lines += line), language);
  for await (const item of items(room)) {
    if (item.kind === 'file') lines += fileLine(room, item);
    else screen.item(room, item);
    yield lines;
    lines = '';
  }
}

/** As the screen says it, with what opens it. */
function fileLine(room: string, item: TimelineItem & { readonly kind: 'file' }): string {
  const { key, hash } = item.file;
  return `${JSON.stringify({ event: 'file', room, ...fileFields(item), key, hash })}\n`;
}
