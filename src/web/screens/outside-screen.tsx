import { useSentence, useTexts } from '../context.tsx';
import { LinkForm } from '../parts/link-form.tsx';
import type { Problem } from '../state/problem.ts';
import { Aside, CardScreen, Lead, Trouble } from './card-screen.tsx';

/** In no room and without a link: says how one comes in, and takes a link by hand. */
export function OutsideScreen({ problem }: { problem: Problem | null }) {
  const t = useTexts();
  const sentence = useSentence();
  return (
    <CardScreen title={t.outsideTitle}>
      <Lead>{t.outsideText}</Lead>
      <Trouble>{problem && sentence(problem)}</Trouble>
      <LinkForm />
      <Aside>{t.outsideFounder}</Aside>
    </CardScreen>
  );
}
