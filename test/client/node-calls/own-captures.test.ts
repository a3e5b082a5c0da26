import { expect, test } from 'vitest';
import type { CallMachine } from '../../../src/client/node/calls/media-ports.ts';
import type { Outlet } from '../../../src/client/node/calls/outlet.ts';
import { createSources } from '../../../src/client/node/calls/sources.ts';
import type { CallSource } from '../../../src/protocol/index.ts';

function open() {
  const told: string[] = [];
  const machine: Pick<CallMachine, 'capture'> = {
    capture: async (source) => ({
      requestKey: () => void told.push(`${source} key`),
      want: (wanted) => void told.push(`${source} ${wanted ? 'wanted' : 'unwanted'}`),
      lessen: (share) => void told.push(`${source} ${share}`),
      close: async () => void told.push(`${source} closed`),
    }),
  };
  const outlet = (source: CallSource) => ({ source, ssrc: 1, begin() {}, take() {}, close() {} }) as unknown as Outlet;
  const outlets = (['microphone', 'camera', 'screen'] as const).map(outlet);
  return { sources: createSources(machine as CallMachine, outlets, () => {}), told };
}

test('what is taken and how much of it holds for what is on, and for what is turned on later', async () => {
  const { sources, told } = open();
  await sources.turn('camera', true);
  expect(told.splice(0)).toEqual(['camera wanted', 'camera 1']);
  sources.lessen(0.5);
  sources.demand([{ source: 'screen', height: 0 }]);
  await sources.turn('screen', true);
  expect(told.splice(0)).toEqual(['camera 0.5', 'screen unwanted', 'screen 0.5']);
  sources.requestKey('screen');
  sources.close();
  expect(told).toEqual(['screen key', 'camera closed', 'screen closed']);
});

test('a terminal has no sound of its screen, of which nobody is told', async () => {
  const { sources } = open();
  await expect(sources.turn('screen-audio', true)).rejects.toMatchObject({ code: 'no_screen' });
});
