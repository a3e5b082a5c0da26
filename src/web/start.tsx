import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { BrowserCalls } from '../client/browser/calls/contract.ts';
import type { StoredFiles } from '../client/browser/index.ts';
import type { Client } from '../client/index.ts';
import { chooseLanguage } from '../client/locales/languages.ts';
import { loadTexts } from '../client/locales/load.ts';
import { untilLoaded } from './state/until-loaded.ts';
import { App } from './app.tsx';
import { SafetyNet } from './parts/safety-net.tsx';
import { StoppedScreen } from './screens/stopped-screen.tsx';
import { type Surroundings, SurroundingsProvider } from './context.tsx';
import { takeAddress } from './state/address.ts';
import { observeAttention } from './state/attention.ts';
import { createCallDesk } from './state/calls/call-desk.ts';
import { createFileDesk } from './state/file-desk.ts';
import { createFileWays } from './state/file-ways.ts';
import { createDrafts, type DraftChannel } from './state/drafts.ts';
import { observeMedia } from './state/media-query.ts';
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
  /** Where this origin keeps files; undefined where it may not. */
  stored(): Promise<StoredFiles | undefined>;
  /** Tracks and devices of calls; fetched when somebody is about to call. */
  calls(): Promise<BrowserCalls>;
}

/** There is space for a call and the conversation side by side, or one above the other. */
const ROOMY = '(width >= 48rem) and (height >= 28rem)';

/** Puts the page together and starts it. Reads the address first: the secret in it is to be gone before anything can fail. */
export function startPage(engine: Engine): void {
  const address = takeAddress(location, history);
  const language = chooseLanguage([navigator.language]);
  document.documentElement.lang = language;
  const reloader = createReloader({ build: buildOf(document), reload: () => location.reload(), memory: sessionStorage });
  const list = createRoomList();
  const drafts = createDrafts(reloader, openDraftChannel(), () => page.get().at === 'room');
  const fileWays = createFileWays(engine.stored);
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  };
  const desk = createFileDesk({
    tools: async () => (await import('./files/tools.ts')).fileTools,
    targets: fileWays.targets,
    business: reloader,
    now: () => performance.now(),
    after,
  });
  const callDesk = createCallDesk({
    media: engine.calls,
    business: reloader,
    roomy: observeMedia(ROOMY),
    now: () => performance.now(),
    after,
  });
  const page = createPage({
    open: engine.open,
    askForDevice: engine.askForDevice,
    reloader,
    followers: [list, desk, callDesk],
    after,
    giveDrafts: drafts.give,
    origin: location.origin,
    goTo: (url) => location.assign(url),
  });
  // A file that somebody chose is gone with the page: it would have to be chosen again.
  addEventListener('beforeunload', (event) => {
    if (desk.isSending()) event.preventDefault();
  });
  engine.onAskedForDevice(() => void page.handOver());
  addEventListener('hashchange', () => page.visit(takeAddress(location, history)));
  void page.start(address);
  // The page is under way while its words come.
  void untilLoaded(() => loadTexts(language)).then((texts) =>
    draw({
      language,
      texts,
      page,
      list,
      drafts,
      desk,
      fileWays,
      callDesk,
      carrier: engine.carrier,
      business: reloader,
      attention: observeAttention(),
    }),
  );
}

function draw(surroundings: Surroundings): void {
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <SurroundingsProvider value={surroundings}>
        <SafetyNet fallback={<StoppedScreen problem={{ code: 'internal', detail: {} }} />}>
          <App />
        </SafetyNet>
      </SurroundingsProvider>
    </StrictMode>,
  );
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
