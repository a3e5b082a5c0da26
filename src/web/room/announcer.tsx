import type { TimelineItem } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { showControls, showName } from '../state/plain-text.ts';

/** Longer texts are on the screen; nobody wants them read over everything else. */
const SPOKEN = 280;

/** Reads aloud what others say while the page is open, and nothing else: neither history nor one's own lines. */
export function Announcer({ heard }: { heard: readonly TimelineItem[] }) {
  const t = useTexts();
  return (
    <div className="said" aria-live="polite" aria-relevant="additions">
      {heard.map((item) => {
        const name = item.from || t.unnamed;
        if (item.kind === 'text') return <p key={item.id}>{t.said(name, showControls(item.text).slice(0, SPOKEN))}</p>;
        return item.kind === 'file' && <p key={item.id}>{t.saidFile(name, showName(item.file.name))}</p>;
      })}
    </div>
  );
}
