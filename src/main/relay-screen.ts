import { join } from 'node:path';
import type { RunningServer } from '../server/index.ts';
import { drawQr } from '../terminal/index.ts';

/** What the relay tells on its terminal, or as JSON. */
export interface RelayScreen {
  listening(event: Listening): void;
  founded(room: string): void;
  warning(code: string, message: string): void;
  error(code: string, message: string): void;
  log(line: string): void;
  stopped(): void;
}

export interface Listening {
  readonly version: string;
  readonly ports: RunningServer['ports'];
  readonly addresses: readonly string[];
  readonly links: ReadonlyArray<{ readonly address: string; readonly url: string }>;
  readonly words: readonly string[];
  /** The CA that devices may trust, and the page that says how. */
  readonly ca: { readonly words: readonly string[]; readonly sha256: string; readonly url: string };
  readonly data: string;
  /** Only while no room exists. */
  readonly founder?: string;
}

/** JSON objects only on standard output, one a line; everything else on standard error. */
export function createJsonRelayScreen(write: (text: string) => void, writeFault: (text: string) => void): RelayScreen {
  const print = (event: string, fields: object) => write(`${JSON.stringify({ event, ...fields })}\n`);
  return {
    listening: (event) => print('listening', event),
    founded: (room) => print('founded', { room }),
    warning: (code, message) => print('warning', { code, message }),
    error: (code, message) => print('error', { code, message }),
    log: (line) => writeFault(`${line}\n`),
    stopped: () => print('stopped', {}),
  };
}

export interface RelayTexts {
  readonly founder: string;
  readonly orTerminal: string;
  readonly you: string;
  readonly address: string;
  readonly askMember: string;
  readonly words: string;
  readonly trust: string;
  readonly caWords: string;
  readonly files: string;
  readonly calls: string;
  readonly founded: string;
  readonly stopped: string;
}

export interface Surroundings {
  readonly isTerminal: boolean;
  /** Started by `npm start` in a checkout, where there is no `corrillo` to type yet. */
  readonly byNpm: boolean;
  /** Where a relay's data is when nobody says otherwise. */
  readonly usualData: string;
}

export function createPlainRelayScreen(
  write: (text: string) => void,
  writeFault: (text: string) => void,
  t: RelayTexts,
  { isTerminal, byNpm, usualData }: Surroundings,
): RelayScreen {
  const print = (text: string) => write(`${text}\n`);
  // The terminal looks for the founder link where a relay's data usually is.
  const flagsOf = (data: string) => `--name ${t.you}${data === usualData ? '' : ` --invite-file ${quote(join(data, 'founder'))}`}`;
  return {
    listening({ links, founder, words, ca, data, ports }) {
      print('');
      if (founder) {
        print(`${t.founder}\n\n  ${founder}\n`);
        if (isTerminal) print(`${drawQr(founder)}\n`);
        const flags = flagsOf(data);
        const commands = [`corrillo chat ${flags}`, ...(byNpm ? [`npm run client -- ${flags}`] : [])];
        print(`${t.orTerminal}\n\n${commands.map((command) => `  ${command}`).join('\n')}\n`);
      } else {
        print(`${t.address}\n\n${links.map(({ url }) => `  ${url}`).join('\n')}\n`);
        print(t.askMember);
      }
      print(`${t.words} ${words.join(' ')}\n`);
      print(`${t.trust}\n\n  ${ca.url}\n`);
      // As many bytes as the words hold: what systems show of a certificate begins with the same.
      print(`${t.caWords} ${ca.words.join(' ')} (SHA-256 ${(ca.sha256.slice(0, 16).toUpperCase().match(/../g) ?? []).join(':')} …)\n`);
      if (ports.files > 0) print(`${t.files} ${ports.files}${ports.media > 0 ? '' : '\n'}`);
      if (ports.media > 0) print(`${t.calls} ${ports.media}\n`);
    },
    founded: () => print(t.founded),
    warning: (_code, message) => writeFault(`${message}\n`),
    error: (_code, message) => writeFault(`${message}\n`),
    log: print,
    stopped: () => print(t.stopped),
  };
}

/** As a shell takes it. */
const quote = (path: string) => (/^[\w@%+=:,./\\-]+$/.test(path) ? path : `"${path}"`);
