import type { CallChoice, CallPicture, NodeCalls } from './contract.ts';

/** Calls that are loaded when there is one: whoever only writes pays nothing for them. */
export function createLazyCalls(choice: CallChoice): NodeCalls {
  const listeners = new Set<(picture: CallPicture) => void>();
  const hearers = new Set<(speaking: ReadonlySet<string>) => void>();
  let size: Parameters<NodeCalls['show']>[0] = null;
  let talking = true;
  let loaded: NodeCalls | undefined;
  let loading: Promise<NodeCalls> | undefined;

  const load = () => (loading ??= begin());
  async function begin(): Promise<NodeCalls> {
    const { createNodeCalls } = await import('./node-calls.ts');
    const calls = createNodeCalls(choice);
    calls.onPicture((picture) => {
      for (const listener of listeners) listener(picture);
    });
    calls.onSpeaking((speaking) => {
      for (const hearer of hearers) hearer(speaking);
    });
    calls.show(size);
    calls.talk(talking);
    loaded = calls;
    return calls;
  }

  return {
    media: { open: async (events) => (await load()).media.open(events) },
    onPicture(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onSpeaking(listener) {
      hearers.add(listener);
      return () => void hearers.delete(listener);
    },
    show(next) {
      size = next;
      loaded?.show(next);
    },
    talk(on) {
      talking = on;
      loaded?.talk(on);
    },
    abilities: async () => (await load()).abilities(),
    openWindow: async (nameOf, onClosed) => (await load()).openWindow(nameOf, onClosed),
  };
}
