import { sentenceFor, type Texts } from '../client/locales/index.ts';
import { CodedError, toWords } from '../protocol/index.ts';
import type { Console } from './console.ts';
import type { NearRelay } from './entrance.ts';
import { clockOf } from './item-text.ts';
import { toSafeLine } from './text/safe-text.ts';

/** What a person is asked before there is a room. */
export interface Questions {
  /** Where to go; what is typed. @throws CodedError `invitation_needed` where nobody answers */
  askWhere(found: readonly NearRelay[]): Promise<string>;
  /** Whether to go on here, where the device is held: `data_in_use` says by whom. */
  askTakeOver(inUse: CodedError): Promise<boolean>;
}

export function createQuestions(console: Console, { terminal: t, errors }: Texts, language: 'en' | 'es'): Questions {
  return {
    async askWhere(found) {
      console.print(found.length > 0 ? t.relaysHere : sentenceFor(errors, { code: 'no_relay_found' }));
      for (const [at, { name, host, chatPort, relayKey }] of found.entries()) {
        const more = `${host}:${chatPort}  ${toWords(relayKey).join(' ')}`;
        console.print(`${String(at + 1).padStart(3)}  ${console.bold(toSafeLine(name))}  ${console.dim(toSafeLine(more))}`);
      }
      const typed = await console.ask(found.length > 0 ? t.chooseRelay(found.length) : t.askWhere);
      if (typed === undefined) throw new CodedError('invitation_needed');
      return typed;
    },
    async askTakeOver({ detail }) {
      const { pid, terminal, since } = detail;
      const known = typeof pid === 'number' && typeof since === 'number';
      const question = known ? t.takeOver(pid, toSafeLine(String(terminal ?? '')), clockOf(language)(since)) : t.takeOverUnknown;
      const typed = (await console.ask(question))?.trim().toLowerCase();
      return typed !== undefined && t.yes.split(' ').includes(typed);
    },
  };
}
