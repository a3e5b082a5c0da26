import type { TimelineItem } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { showControls } from '../state/plain-text.ts';

/** Longer texts are on the screen; nobody wants them read over everything else. */
const SPOKEN = 280;

/** Reads aloud what others say while the page is open, and nothing else: neither history nor one's own lines. */
export function Announcer({ heard }: { heard: readonly TimelineItem[] }) {
  const t = useTexts();
  return (
    <div className="said" aria-live="polite" aria-relevant="additions">
      {heard.map(
        (item) => item.kind === 'text' && <p key={item.id}>{t.said(item.from || t.unnamed, showControls(item.text).slice(0, SPOKEN))}</p>,
      )}
    </div>
  );
}
