import { expect, test } from 'vitest';
import { createOwnSources } from '../../../src/client/calls/own-sources.ts';
import type { CallTransport } from '../../../src/client/index.ts';
import { type CallSource, CodedError } from '../../../src/protocol/index.ts';

/** Sources at a platform that answers when the test says so. */
function atPlatform(...wanted: CallSource[]) {
  const asked: string[] = [];
  const answers: Array<{ resolve(): void; reject(error: Error): void }> = [];
  const told: string[] = [];
  const transport = () =>
    ({
      turn(source: CallSource, on: boolean) {
        asked.push(`${source} ${on ? 'on' : 'off'}`);
        return on ? new Promise<void>((resolve, reject) => void answers.push({ resolve, reject })) : Promise.resolve();
      },
    }) as unknown as CallTransport;
  const sources = createOwnSources(new Set(wanted), {
    onChange: () => {},
    onRefused: ({ code }) => told.push(code),
    onStuck: ({ code }) => told.push(`stuck: ${code}`),
  });
  const answer = async (error?: CodedError) => {
    const one = answers.shift();
    if (error) one?.reject(error);
    else one?.resolve();
    await new Promise((resolve) => void setImmediate(resolve));
  };
  return { sources, transport, asked, told, answer };
}

test('who turns it off while the browser still asks is not seen when it answers', async () => {
  const { sources, transport, asked, answer } = atPlatform();
  sources.use(transport());
  const on = sources.turn('camera', true);
  await sources.turn('camera', false);
  await answer();
  await on;
  expect(asked).toEqual(['camera on', 'camera off', 'camera off']);
  expect([...sources.sending]).toEqual([]);
});

test('what was refused is not asked for again by itself; what was sent is, by the next transport', async () => {
  const { sources, transport, asked, told, answer } = atPlatform('microphone', 'camera');
  sources.use(transport());
  const first = sources.begin();
  await answer();
  await answer(new CodedError('camera_busy'));
  await first;
  expect([[...sources.sending], told]).toEqual([['microphone'], ['camera_busy']]);
  sources.use(null);
  expect([...sources.sending]).toEqual([]);
  sources.use(transport());
  void sources.begin();
  expect(asked).toEqual(['microphone on', 'camera on', 'microphone on']);
});

test('an answer of a transport that is gone changes nothing of the next one’s', async () => {
  const { sources, transport, answer } = atPlatform('microphone');
  sources.use(transport());
  const first = sources.begin();
  sources.use(transport());
  const second = sources.begin();
  await answer(new CodedError('microphone_busy'));
  await first;
  expect([...sources.sending]).toEqual([]);
  await answer();
  await second;
  expect([...sources.sending]).toEqual(['microphone']);
});

test('what does not stop is said: somebody who is off to the others could be heard', async () => {
  const { sources, transport, told, answer } = atPlatform('microphone');
  sources.use({ ...transport(), turn: async (_source, on) => (on ? undefined : Promise.reject(new CodedError('internal'))) });
  await sources.begin();
  await answer();
  await sources.turn('microphone', false);
  expect([[...sources.sending], told]).toEqual([[], ['stuck: internal']]);
});
