import { expect, test } from 'vitest';
import { createHeartbeat } from '../../src/server/children/heartbeat.ts';

/** A clock whose timers the test lets run, each as late as it likes. */
function open(answers: () => boolean) {
  let due: (() => void) | undefined;
  const clock = {
    after(_ms: number, run: () => void) {
      due = run;
      return () => void (due = undefined);
    },
  };
  const silences: number[] = [];
  let asked = 0;
  const heartbeat = createHeartbeat(
    clock,
    () => {
      asked += 1;
      if (answers()) heartbeat.hear();
    },
    (seconds) => void silences.push(seconds),
  );
  const beat = (times: number) => {
    for (let i = 0; i < times; i++) {
      const run = due;
      due = undefined;
      run?.();
    }
  };
  return { heartbeat, silences, beat, asked: () => asked, isRunning: () => due !== undefined };
}

test('a process that answers is asked on and on', () => {
  const { silences, beat, asked } = open(() => true);
  beat(1_000);
  expect([asked(), silences]).toEqual([1_000, []]);
});

test('one that hangs is given up after ten beats, asked once, and told once', () => {
  const { silences, beat, asked, isRunning } = open(() => false);
  beat(10);
  expect([asked(), silences, isRunning()]).toEqual([1, [], true]);
  beat(1);
  expect([asked(), silences, isRunning()]).toEqual([1, [10], false]);
});

test('what passes while the relay does not run is one beat, however long it is', () => {
  let isAwake = true;
  const { heartbeat, silences, beat } = open(() => isAwake);
  beat(5);
  isAwake = false;
  // A night: of all that the clock has passed one timer is left, which runs late; and then the process answers what it was asked before.
  beat(2);
  isAwake = true;
  heartbeat.hear();
  beat(100);
  expect(silences).toEqual([]);
});

test('a late answer begins the count anew', () => {
  const { heartbeat, silences, beat } = open(() => false);
  for (let round = 0; round < 5; round++) {
    beat(10);
    heartbeat.hear();
  }
  expect(silences).toEqual([]);
});

test('one that ended is asked nothing', () => {
  const { heartbeat, isRunning } = open(() => true);
  heartbeat.stop();
  expect(isRunning()).toBe(false);
});
