import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Client } from '../client/index.ts';
import { chooseLanguage, texts } from '../client/locales/index.ts';
import { App } from './app.tsx';
import { SafetyNet } from './parts/safety-net.tsx';
import { StoppedScreen } from './screens/stopped-screen.tsx';
import { type Surroundings, SurroundingsProvider } from './context.tsx';
import { takeAddress } from './state/address.ts';
import { observeAttention } from './state/attention.ts';
import { createDrafts, type DraftChannel } from './state/drafts.ts';
import { createPage, type OpenOptions } from './state/page.ts';
import { createReloader } from './state/reloader.ts';
import { createRoomList } from './state/room-list.ts';
import './styles/tokens.css';
import './styles/base.css';

/** What differs between the real page and the one that tests drive. */
export interface Engine {
  open(options: OpenOptions): Promise<Client>;
  askForDevice(): void;
  onAskedForDevice(asked: () => void): void;
  /** What carries the connection; null before there was one. */
  readonly carrier: Surroundings['carrier'];
}

/** Puts the page together and starts it. Reads the address first: the secret in it is to be gone before anything can fail. */
export function startPage(engine: Engine): void {
  const address = takeAddress(location, history);
  const language = chooseLanguage([navigator.language]);
  document.documentElement.lang = language;
  const reloader = createReloader({ build: buildOf(document), reload: () => location.reload(), memory: sessionStorage });
  const list = createRoomList();
  const drafts = createDrafts(reloader, openDraftChannel(), () => page.get().at === 'room');
  const page = createPage({
    open: engine.open,
    askForDevice: engine.askForDevice,
    reloader,
    list,
    after(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    giveDrafts: drafts.give,
    origin: location.origin,
    goTo: (url) => location.assign(url),
  });
  const surroundings: Surroundings = {
    language,
    texts: texts(language),
    page,
    list,
    drafts,
    carrier: engine.carrier,
    business: reloader,
    attention: observeAttention(),
  };
  engine.onAskedForDevice(() => void page.handOver());
  addEventListener('hashchange', () => page.visit(takeAddress(location, history)));
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <SurroundingsProvider value={surroundings}>
        <SafetyNet fallback={<StoppedScreen problem={{ code: 'internal', detail: {} }} />}>
          <App />
        </SafetyNet>
      </SurroundingsProvider>
    </StrictMode>,
  );
  void page.start(address);
}

function openDraftChannel(): DraftChannel {
  const channel = new BroadcastChannel('corrillo drafts');
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target: it never leaves the origin
    post: (message) => channel.postMessage(message),
    listen: (heard) => channel.addEventListener('message', ({ data }) => heard(data)),
  };
}

function buildOf(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="corrillo-build"]')?.content ?? '';
}
