import { useEffect, useRef, useState } from 'react';
import { LIMITS_OF_CONTENT } from '../../client/index.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import type { PageState } from '../state/page.ts';
import { CardScreen, Lead, Trouble } from './card-screen.tsx';
import styles from './card-screen.module.css';

/** With a link: a name, and in. The founder also names the room. */
export function DoorScreen({ door }: { door: Extract<PageState, { at: 'door' }> }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page } = useSurroundings();
  const [name, setName] = useState(door.name);
  const [title, setTitle] = useState('');
  const founding = door.invite.kind === 'founder';
  const { problem, entering } = door;
  const nameField = useRef<HTMLInputElement>(null);
  // The one thing to do here; whoever follows a link has come to this screen on purpose.
  useEffect(() => nameField.current?.focus(), []);
  const aboutName = problem !== null && problem.code.startsWith('name_');

  return (
    <CardScreen title={founding ? t.foundTitle : t.joinTitle} turning={entering}>
      <Lead>{founding ? t.foundText : t.joinText}</Lead>
      <Trouble>{problem && !aboutName && sentence(problem)}</Trouble>
      <form
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void page.enter({ name, title: title.trim().slice(0, LIMITS_OF_CONTENT.title) });
        }}
      >
        <Field
          label={t.nameLabel}
          placeholder={t.nameHint}
          value={name}
          onChange={(event) => setName(event.target.value)}
          problem={aboutName ? sentence(problem) : null}
          autoComplete="nickname"
          autoCapitalize="words"
          enterKeyHint={founding ? 'next' : 'go'}
          readOnly={entering}
          ref={nameField}
        />
        {founding && (
          <Field
            label={t.titleLabel}
            placeholder={t.titleHint}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            maxLength={LIMITS_OF_CONTENT.title}
            autoComplete="off"
            enterKeyHint="go"
            readOnly={entering}
          />
        )}
        <Button look="main" type="submit" disabled={entering}>
          {entering ? t.entering : founding ? t.found : t.join}
        </Button>
      </form>
      <EnteringState entering={entering} />
    </CardScreen>
  );
}

/** Says that something is under way, once the button has been pressed. */
function EnteringState({ entering }: { entering: boolean }) {
  const t = useTexts();
  return <output className="said">{entering ? t.entering : ''}</output>;
}
