import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import type { Problem } from '../state/problem.ts';
import { Button } from '../parts/button.tsx';
import { CardScreen, Lead } from './card-screen.tsx';
import { LinkButton } from '../parts/link-button.tsx';

/** The page cannot work here; each reason says the way out. */
export function StoppedScreen({ problem }: { problem: Problem }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page } = useSurroundings();
  switch (problem.code) {
    case 'in_use':
      return (
        <CardScreen title={t.inUseTitle}>
          <Lead>{t.inUseText}</Lead>
          <Button look="main" onClick={page.takeOver}>
            {t.inUseHere}
          </Button>
        </CardScreen>
      );
    case 'no_secure_context':
      return (
        <CardScreen title={t.insecureTitle}>
          <Lead>{t.insecureText}</Lead>
          {problem.detail['url'] !== undefined && <LinkButton href={String(problem.detail['url'])}>{t.insecureOpen}</LinkButton>}
        </CardScreen>
      );
    default:
      return (
        <CardScreen title={t.failedTitle}>
          <Lead>{sentence(problem)}</Lead>
          <Button look="main" onClick={() => location.reload()}>
            {t.tryAgain}
          </Button>
        </CardScreen>
      );
  }
}
