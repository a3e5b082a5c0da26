import { join } from 'node:path';
import { isEvent, type Program, startChat, startRelay, temporaryFolder } from './programs.ts';

/** Real programs: a relay whose first room Ana founded, its link, and others who come by that. */
export interface OpenRoom {
  readonly folder: string;
  readonly relay: Awaited<ReturnType<typeof startRelay>>;
  /** Of the chat port. */
  readonly host: string;
  readonly link: string;
  readonly ana: Program;
  come(name: string, flags?: readonly string[]): Promise<Program>;
}

export async function openRoom(): Promise<OpenRoom> {
  const folder = temporaryFolder();
  const relay = await startRelay(join(folder, 'relay'));
  const host = `127.0.0.1:${relay.ports.chat}`;
  const ana = startChat('Ana', host, join(folder, 'ana'), relay.listening.founder);
  await ana.until(isEvent('ready'), 'ready');
  ana.write('/invite');
  const link = (await ana.until(isEvent('invite'), 'invite'))['link'] as string;
  return {
    folder,
    relay,
    host,
    link,
    ana,
    async come(name, flags = []) {
      const program = startChat(name, host, join(folder, name), link, flags);
      await program.until(isEvent('ready'), 'ready');
      return program;
    },
  };
}
