import { createBrowserCalls } from '../../../../src/client/browser/calls/index.ts';
import type { CallTransport, MediaCount, SlotAssignment } from '../../../../src/client/index.ts';
import { type CallAnswer, type CallDemand, type CallOffer, type CallSource, CodedError } from '../../../../src/protocol/index.ts';
import { type Chat, invite, openChat } from './chat.ts';
import { createEyes } from './eyes.ts';
import { leadMedia } from './led-media.ts';
import { plain } from './plain.ts';

/** What a test drives in this page; bytes come and go as lists of numbers. */
export interface CallDesk {
  /** What the transport told, in order. */
  readonly told: string[];
  readonly counts: MediaCount[];
  open(): Promise<unknown>;
  connect(answer: unknown): Promise<string>;
  rekey(epoch: number, baseKey: readonly number[], leaf: number): void;
  assign(slots: SlotAssignment[]): void;
  demand(demand: CallDemand[]): void;
  /** @returns `done`, or the code */
  turn(source: CallSource, on: boolean): Promise<string>;
  close(): void;
  readonly calls: ReturnType<typeof createBrowserCalls>;
  readonly eyes: ReturnType<typeof createEyes>;
  readonly plain: typeof plain;
  /** With a relay: set by `enter`. */
  chat?: Chat;
  enter(url: string, name: string, way: Parameters<typeof openChat>[3]): Promise<void>;
  invite(): Promise<{ room: string; secret: string }>;
  /** From now on calls with a relay go to this port of the machine, by UDP. */
  lead(port: number): void;
  readonly codeOf: (act: Promise<unknown>) => Promise<string>;
}

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: unknown) => (error instanceof CodedError ? error.code : String(error)),
  );

/** Bytes as lists, for the way between page and test. */
const flatten = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, item: unknown) => (item instanceof Uint8Array ? { bytes: [...item] } : item)));

const calls = createBrowserCalls(() => new Worker(new URL('./frame-worker.ts', import.meta.url), { type: 'module' }));
let transport: CallTransport | undefined;
let leadsTo: number | undefined;
const current = () => transport as CallTransport;

window.desk = {
  told: [],
  counts: [],
  calls,
  eyes: createEyes(calls.tracks),
  plain,
  codeOf,
  async enter(url, name, way) {
    window.desk.chat = await openChat(
      leadMedia(calls.media, () => leadsTo),
      url,
      name,
      way,
    );
  },
  invite: () => invite(window.desk.chat as Chat),
  lead: (port) => void (leadsTo = port),
  async open() {
    const { told, counts } = window.desk;
    transport = await calls.media.open({
      onState: (state) => told.push(state),
      onStopped: (source, error) => told.push(`${source} ${error.code}`),
      onUnsealed: () => told.push('unsealed'),
      onMedia: (news) => counts.push(...news),
    });
    return flatten(transport.offer satisfies CallOffer);
  },
  connect(answer) {
    const { fingerprint, ...rest } = answer as CallAnswer & { readonly fingerprint: { readonly bytes: number[] } };
    return codeOf(current().connect({ ...rest, fingerprint: Uint8Array.from(fingerprint.bytes) }));
  },
  rekey: (epoch, baseKey, leaf) => current().rekey({ epoch: BigInt(epoch), baseKey: Uint8Array.from(baseKey), leaf }),
  assign: (slots) => current().assign(slots),
  demand: (demand) => current().demand(demand),
  turn: (source, on) => codeOf(current().turn(source, on)),
  close: () => current().close(),
};
