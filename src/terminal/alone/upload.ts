import type { FileSource, Transfer } from '../../client/index.ts';
import { createPipeSource, openSource } from '../../client/node/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { openTyped } from '../files/file-desk.ts';
import { expandHome } from '../files/typed-paths.ts';
import { languageOf } from '../language.ts';
import { EXIT } from '../session.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { type FileArguments, parseFileArguments } from './file-arguments.ts';
import { reportBadArguments } from './bad-arguments.ts';
import { type Visit, visit } from './visit.ts';

/** `corrillo upload`: resolves with the exit code. Standard output gets the id of each file, once it is in the room. */
export async function runUpload(argv: readonly string[]): Promise<number> {
  const language = languageOf(process.env);
  let args: FileArguments;
  try {
    args = parseFileArguments(argv, 'upload');
  } catch (error) {
    return reportBadArguments(error, language);
  }
  const isPipe = args.what[0] === '-';
  const begun = new Set<string>();
  return visit(args, language, {
    there: 'useUpload',
    async run(here) {
      const all = isPipe ? [await sendPipe(here, args.name as string, begun)] : await sendPaths(here, args, begun);
      return all.every(Boolean) ? EXIT.done : EXIT.fault;
    },
    async interrupt({ client, display, t }) {
      // Nobody can read on in a pipe: what is there of it is of no use to anybody.
      if (isPipe) for (const id of begun) await client.files.cancel(id).catch(() => {});
      display.say(isPipe ? t.pipeInterrupted : t.againGoesOn);
    },
  });
}

async function sendPipe(here: Visit, name: string, begun: Set<string>): Promise<boolean> {
  const { client, room } = here;
  cancelLostPipes(here, name, begun);
  return finish(here, await note(begun, client.files.upload(room, createPipeSource(process.stdin, name))));
}

/** What an earlier run of this command was killed over: its pipe is gone. */
function cancelLostPipes({ client, room }: Visit, name: string, begun: ReadonlySet<string>): void {
  client.on((event) => {
    if (event.event !== 'transfer') return;
    const { transfer } = event;
    const isLost = transfer.state === 'absent' && transfer.direction === 'up' && transfer.room === room && transfer.name === name;
    if (isLost && !begun.has(transfer.id)) void client.files.cancel(transfer.id).catch(() => {});
  });
}

async function sendPaths(here: Visit, { what, name }: FileArguments, begun: Set<string>): Promise<readonly boolean[]> {
  const { display, t } = here;
  const sources = [];
  // All of them can be read, or none is sent.
  for (const path of what) sources.push(await openTyped(expandHome(path)));
  return Promise.all(
    sources.map(async (opened) => {
      if (opened.left > 0) display.say(t.leftOut(toSafeLine(opened.name), opened.left));
      const source = name === undefined ? opened : { ...opened, name };
      const earlier = goesOn(here, source, begun);
      if (!earlier) return finish(here, await note(begun, here.client.files.upload(here.room, source)));
      begun.add(earlier.id);
      await source.close();
      here.watch.follow(earlier.id);
      if (earlier.state === 'paused') await here.client.files.resume(earlier.id);
      const ended = await here.watch.ended(earlier.id);
      if (ended.error?.code !== 'source_changed') return report(here, ended);
      // It is another file by now, which begins anew.
      const again = await openSource(source.place as string);
      return finish(here, await note(begun, here.client.files.upload(here.room, name === undefined ? again : { ...again, name })));
    }),
  );
}

/** The one that an earlier run of this command began. */
function goesOn(
  { client, room }: Visit,
  source: Pick<FileSource, 'name' | 'size' | 'place'>,
  begun: ReadonlySet<string>,
): Transfer | undefined {
  return client.files.transfers().find(
    (transfer) =>
      transfer.direction === 'up' &&
      transfer.room === room &&
      // Another folder may have a file of this name, too.
      transfer.place === source.place &&
      transfer.name === source.name &&
      transfer.total === source.size &&
      !begun.has(transfer.id),
  );
}

async function note(begun: Set<string>, starting: Promise<string>): Promise<string> {
  const id = await starting;
  begun.add(id);
  return id;
}

async function finish(here: Visit, id: string): Promise<boolean> {
  here.watch.follow(id);
  return report(here, await here.watch.ended(id));
}

function report({ complain }: Visit, { state, error, name, file }: Transfer): boolean {
  if (state === 'done') process.stdout.write(`${file ?? ''}\n`);
  else complain(error ?? new CodedError('withdrawn'), name);
  return state === 'done';
}
