import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import { showName } from '../state/plain-text.ts';

/** Says when a file begins, ends and fails; how far it is can be asked of its bar. */
export function FileAnnouncer() {
  const t = useTexts();
  const sentence = useSentence();
  const { desk } = useSurroundings();
  const news = useObservable(desk.news);
  const say = () => {
    if (!news) return '';
    const name = showName(news.name);
    switch (news.what) {
      case 'sending':
        return t.saidSending(name);
      case 'sent':
        return t.saidSent(name);
      case 'saving':
        return t.saidSaving(name);
      case 'saved':
        return t.saidSaved(name);
      case 'failed':
      default:
        return t.saidFailed(name, sentence(news.problem ?? { code: 'internal', detail: {} }));
    }
  };
  return <output className="said">{say()}</output>;
}
