import { type CallAnswer, type CallOffer, CodedError } from '../../../protocol/index.ts';

/** One member's time in one call, from when it asked to come in. */
export interface Stay {
  readonly call: string;
  readonly member: string;
  readonly number: number;
  readonly offer: CallOffer;
  /** Not answered yet. */
  readonly isWaiting: boolean;
  /** What comes of it. */
  readonly answer: Promise<CallAnswer>;
  settle(outcome: CallAnswer | CodedError): void;
}

/** Who is in the calls of one process, as far as the relay knows: it outlives the process. */
export interface Stays {
  readonly size: number;
  /** Members that wait to come in. */
  readonly waiting: number;
  has(call: string): boolean;
  /** In place of what this member had there. */
  begin(call: string, member: string, offer: CallOffer): Stay;
  /** @param number undefined where any will do */
  find(call: string, member: string, number?: number): Stay | undefined;
  /** Who waits for it gets `no_calls`. */
  end(stay: Stay): void;
  all(): Stay[];
}

export function createStays(): Stays {
  const staysByCall = new Map<string, Map<string, Stay>>();
  let [size, waiting, last] = [0, 0, 0];

  function find(call: string, member: string, number?: number): Stay | undefined {
    const stay = staysByCall.get(call)?.get(member);
    return number === undefined || stay?.number === number ? stay : undefined;
  }

  function end(stay: Stay): void {
    const { call, member } = stay;
    stay.settle(new CodedError('no_calls'));
    if (find(call, member) !== stay) return;
    const stays = staysByCall.get(call);
    stays?.delete(member);
    if (stays?.size === 0) staysByCall.delete(call);
    size -= 1;
  }

  return {
    get size() {
      return size;
    },
    get waiting() {
      return waiting;
    },
    has: (call) => staysByCall.has(call),
    begin(call, member, offer) {
      const before = find(call, member);
      if (before !== undefined) end(before);
      let isWaiting = true;
      let [resolve, reject]: [(answer: CallAnswer) => void, (error: CodedError) => void] = [() => {}, () => {}];
      const answer = new Promise<CallAnswer>((taken, refused) => ([resolve, reject] = [taken, refused]));
      const stay: Stay = {
        call,
        member,
        number: ++last,
        offer,
        get isWaiting() {
          return isWaiting;
        },
        answer,
        settle(outcome) {
          if (!isWaiting) return;
          isWaiting = false;
          waiting -= 1;
          if (outcome instanceof CodedError) reject(outcome);
          else resolve(outcome);
        },
      };
      staysByCall.set(call, (staysByCall.get(call) ?? new Map<string, Stay>()).set(member, stay));
      size += 1;
      waiting += 1;
      return stay;
    },
    find,
    end,
    all: () => [...staysByCall.values()].flatMap((stays) => [...stays.values()]),
  };
}
