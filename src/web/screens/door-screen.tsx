import { useState } from 'react';
import { LIMITS_OF_CONTENT } from '../../client/index.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Choice } from '../parts/choice.tsx';
import { Field } from '../parts/field.tsx';
import { NameField } from '../parts/name-field.tsx';
import type { AtDoor } from '../state/page-state.ts';
import { CardScreen, Lead, Trouble } from './card-screen.tsx';
import styles from './card-screen.module.css';

/** With a link: a name, and in. The founder also names the room, and says who may come in. */
export function DoorScreen({ door }: { door: AtDoor }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page } = useSurroundings();
  const { problem, entering, invite } = door;
  const founding = invite.kind === 'founder';
  const [name, setName] = useState(door.name);
  const [title, setTitle] = useState('');
  const [access, setAccess] = useState<'invited' | 'open'>(founding && invite.open ? 'open' : 'invited');
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
          void page.enter({ name, title: title.trim().slice(0, LIMITS_OF_CONTENT.title), access });
        }}
      >
        <NameField
          name={name}
          onChange={setName}
          problem={aboutName ? sentence(problem) : null}
          readOnly={entering}
          next={founding ? 'next' : 'go'}
        />
        {founding && (
          <>
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
            <Choice
              label={t.accessLabel}
              value={access}
              onChange={setAccess}
              disabled={entering}
              options={[
                { value: 'invited', label: t.accessInvited, text: t.accessInvitedText },
                { value: 'open', label: t.accessOpen, text: t.accessOpenText },
              ]}
            />
          </>
        )}
        <Button look="main" type="submit" disabled={entering}>
          {entering ? t.entering : founding ? t.found : t.join}
        </Button>
      </form>
      <output className="said">{entering ? t.entering : ''}</output>
    </CardScreen>
  );
}
