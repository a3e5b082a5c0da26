import type { CallDevices } from '../../../client/browser/calls/contract.ts';
import type { Client } from '../../../client/index.ts';
import type { Observable } from '../observable.ts';
import type { CallScreen } from './call-screen.ts';
import type { Wanted } from './preparation.ts';

/** From the wish to call until one is in the call, or does not want to be any more. */
export interface WayIn {
  /** The own picture first. */
  prepare(room: string, wanted: Wanted): void;
  /** Not after all; also while it is being joined. */
  giveUp(): void;
  join(choice: Wanted): Promise<void>;
  /** The page has no client any more. */
  end(): void;
}

interface Ports {
  readonly screen: Pick<Observable<CallScreen>, 'get'>;
  update(change: Partial<CallScreen>): void;
  client(): Client | undefined;
  /** Undefined where nothing of media was fetched yet. */
  devices(): CallDevices | undefined;
  report(error: unknown): void;
  /** Somebody begins, or is there, or is not on the way any more. */
  onChange(): void;
}

export function createWayIn({ screen, update, client, devices, report, onChange }: Ports): WayIn {
  /** Counts tries to join: what a try that was given up brings about is nobody's any more. */
  let tries = 0;

  function closePreview(): void {
    for (const source of ['camera', 'microphone'] as const)
      devices()
        ?.preview(source, false)
        .catch(() => {});
  }

  return {
    prepare(room, wanted) {
      update({ before: { room, wanted, joining: false }, problems: [] });
      onChange();
    },

    giveUp() {
      const { before } = screen.get();
      if (!before) return;
      tries += 1;
      update({ before: null, problems: [] });
      closePreview();
      if (before.joining) void client()?.calls.leave();
      onChange();
    },

    async join(choice) {
      const { before } = screen.get();
      const joiner = client();
      if (!joiner || !before || before.joining) return;
      const attempt = ++tries;
      update({ before: { ...before, joining: true }, problems: [] });
      try {
        await joiner.calls.join(before.room, choice);
        if (attempt === tries) update({ before: null });
      } catch (error) {
        if (attempt !== tries) return;
        report(error);
        update({ before: { ...before, joining: false } });
      }
      onChange();
    },

    end() {
      tries += 1;
      if (screen.get().before) closePreview();
    },
  };
}
