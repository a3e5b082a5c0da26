import { CodedError } from '../../../protocol/index.ts';
import { canShareScreen } from './capture/ask.ts';
import { readChoices } from './capture/choices.ts';
import type { BrowserCalls } from './contract.ts';
import { createListeners } from './listeners.ts';

export type { BrowserCalls, CallDevice, CallDevices, CallTracks } from './contract.ts';

/**
 * Calls in this page. What is behind it is fetched when a call is first joined, or a camera looked at: who only writes does not load it.
 *
 * @param makeWorker of frames/frame-worker.ts, as a module
 */
export function createBrowserCalls(makeWorker: () => Worker): BrowserCalls {
  let loaded: BrowserCalls | undefined;
  let loading: Promise<BrowserCalls> | undefined;
  const [tracksChanged, devicesChanged] = [createListeners(), createListeners()];

  async function fetchCalls(): Promise<BrowserCalls> {
    const { createLoadedCalls } = await import('./calls.ts');
    loaded = createLoadedCalls(makeWorker);
    loaded.tracks.on(tracksChanged.tell);
    loaded.devices.on(devicesChanged.tell);
    return loaded;
  }

  function load(): Promise<BrowserCalls> {
    loading ??= fetchCalls().catch((error: unknown) => {
      // The relay was away: the next time may do better.
      loading = undefined;
      throw error instanceof CodedError ? error : new CodedError('offline');
    });
    return loading;
  }

  return {
    media: {
      async open(events) {
        const missing = findMissing();
        if (missing !== undefined) throw new CodedError('calls_unsupported', { because: missing });
        return (await load()).media.open(events);
      },
    },
    tracks: {
      of: (device, source) => loaded?.tracks.of(device, source) ?? null,
      own: (source) => loaded?.tracks.own(source) ?? null,
      level: (device) => loaded?.tracks.level(device) ?? 0,
      on: tracksChanged.on,
    },
    devices: {
      list: async () => (await load()).devices.list(),
      chosen: () => loaded?.devices.chosen() ?? readChoices(localStorage),
      choose: async (choice) => (await load()).devices.choose(choice),
      preview: async (source, on) => (await load()).devices.preview(source, on),
      canBlur: () => loaded?.devices.canBlur() ?? false,
      blur: async (on) => (await load()).devices.blur(on),
      canShareScreen,
      on: devicesChanged.on,
    },
  };
}

/** What this browser lacks to take part at all: the first of it, by the name that its makers have for it. */
function findMissing(): string | undefined {
  if (typeof RTCPeerConnection === 'undefined') return 'RTCPeerConnection';
  if (typeof RTCRtpScriptTransform === 'undefined') return 'RTCRtpScriptTransform';
  if (typeof Worker === 'undefined') return 'Worker';
  return undefined;
}
