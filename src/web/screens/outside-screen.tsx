import { useState } from 'react';
import type { WebTexts } from '../../client/locales/languages.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { LinkForm } from '../parts/link-form.tsx';
import { NameField } from '../parts/name-field.tsx';
import type { Front, Outside } from '../state/page-state.ts';
import { Aside, CardScreen, Lead, Trouble } from './card-screen.tsx';
import styles from './card-screen.module.css';

/** By the address alone: what the relay's front room asks for, with one field and one button. A link is the second way. */
export function OutsideScreen({ outside }: { outside: Outside }) {
  const t = useTexts();
  const sentence = useSentence();
  const { front, problem, hindrance, entering } = outside;
  const refused = problem?.code === 'knock_refused';
  const { title, text } = saying(front, t);
  const aboutName = problem !== null && problem.code.startsWith('name_');
  const knockable = front.is === 'open' || front.is === 'invited';
  return (
    <CardScreen title={refused ? t.refusedTitle : title} turning={entering || front.is === 'asked'}>
      {/* What is said of the room does not go with having been refused by it. */}
      {refused ? <Notice>{sentence(problem)}</Notice> : text !== '' && <Lead>{text}</Lead>}
      <Trouble>{problem && !aboutName && !refused ? sentence(problem) : hindrance && sentence(hindrance)}</Trouble>
      {front.is === 'failed' && <Notice>{sentence(front.problem)}</Notice>}
      {knockable && <KnockForm outside={outside} problem={aboutName ? sentence(problem) : null} />}
      <SecondWay open={!knockable && front.is !== 'asked' && front.is !== 'closed'} key={front.is} />
      {(front.is === 'missing' || front.is === 'failed') && <Aside>{t.outsideFounder}</Aside>}
      <output className="said">{front.is === 'asked' ? '' : title}</output>
    </CardScreen>
  );
}

function saying(front: Front, t: WebTexts): { title: string; text: string } {
  switch (front.is) {
    case 'asked':
      return { title: t.frontAsking, text: '' };
    case 'open':
      return { title: t.frontOpenTitle, text: t.frontOpenText };
    case 'invited':
      return { title: t.frontKnockTitle, text: t.frontKnockText };
    case 'closed':
      return { title: t.frontClosedTitle, text: t.frontClosedText };
    case 'missing':
      return { title: t.frontMissingTitle, text: t.frontMissingText };
    case 'failed':
    default:
      return { title: t.outsideTitle, text: t.outsideText };
  }
}

function KnockForm({ outside, problem }: { outside: Outside; problem: string | null }) {
  const t = useTexts();
  const { page, business } = useSurroundings();
  const [name, setName] = useState(outside.name);
  const { entering, front } = outside;
  const open = front.is === 'open';
  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const end = business.begin();
        void page.knock(name).finally(end);
      }}
    >
      <NameField name={name} onChange={setName} problem={problem} readOnly={entering} />
      <Button look="main" type="submit" disabled={entering}>
        {open ? (entering ? t.entering : t.join) : entering ? t.knocking : t.knock}
      </Button>
    </form>
  );
}

/** Folded away where there is a first one. */
function SecondWay({ open }: { open: boolean }) {
  const t = useTexts();
  return open ? (
    <LinkForm />
  ) : (
    <details className={styles['second']}>
      <summary>{t.haveLink}</summary>
      <LinkForm />
    </details>
  );
}

function Notice({ children }: { children: string }) {
  return (
    <p role="status" className={styles['notice']}>
      {children}
    </p>
  );
}
