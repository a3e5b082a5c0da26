import type { CallSource } from '../../../protocol/index.ts';
import type { Observable } from '../observable.ts';
import { type Problem, problemOf } from '../problem.ts';
import { addProblem, callProblemOf } from './call-problems.ts';
import type { CallScreen } from './call-screen.ts';

/** What is wrong with a call, on its screen. */
export interface CallFaults {
  /** The engine told it. */
  notice(room: string, problem: Problem): void;
  /** What somebody began in the call, or on the way into it, did not work. */
  report(error: unknown, source?: CallSource): void;
  dismissProblem(source: CallSource | null): void;
  dismissUnsealed(): void;
}

export function createCallFaults(screen: Pick<Observable<CallScreen>, 'get'>, update: (change: Partial<CallScreen>) => void): CallFaults {
  function add(room: string | undefined, problem: Problem, asked: CallSource | null = null): void {
    if (problem.code === 'call_unsealed') update({ unsealed: problem });
    else if (room !== undefined) update({ problems: addProblem(screen.get().problems, callProblemOf(room, problem, asked)) });
  }

  return {
    notice: add,
    report(error, source) {
      const { call, before } = screen.get();
      add(before?.room ?? call?.room, problemOf(error), source);
    },
    dismissProblem: (source) => update({ problems: screen.get().problems.filter((one) => one.source !== source) }),
    dismissUnsealed: () => update({ unsealed: null }),
  };
}
