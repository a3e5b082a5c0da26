import { SendHorizontal, X } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type CommandResult, type ConnectionState, runLine } from '../../client/index.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import type { Picked } from '../../client/browser/files/picks.ts';
import { Attach } from '../files/attach.tsx';
import { picksOfPaste } from '../files/paste.ts';
import { chooseFiles, type Choice } from '../files/picker.ts';
import { useFormats } from '../format.ts';
import { IconButton } from '../parts/button.tsx';
import type { Wanted } from '../state/calls/preparation.ts';
import { needsPerson } from '../state/hindrances.ts';
import { useObservable } from '../state/observable.ts';
import { type Problem, problemOf } from '../state/problem.ts';
import { isLive } from '../state/room-session.ts';
import styles from './composer.module.css';
import { Answer, isTold, type Told } from './answer.tsx';
import type { ComposerProps } from './composer.tsx';

/** `keyCode` of every key that an input method takes. */
const COMPOSING = 229;

/** The line that is being written, and above it what the last one brought about. */
export function Writing({ session, room, onOpen }: ComposerProps) {
  const t = useTexts();
  const sentence = useSentence();
  const formats = useFormats();
  const { business, drafts, desk, page, callDesk } = useSurroundings();
  const line = useObservable(drafts).get(session.room) ?? '';
  const [problem, setProblem] = useState<Problem | null>(null);
  const [answer, setAnswer] = useState<Told | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const { connection, view } = room;

  useLayoutEffect(() => fit(box.current, line), [line]);
  useEffect(() => {
    // A keyboard that covers half a phone's screen is opened by its owner alone.
    if (matchMedia('(pointer: fine)').matches) box.current?.focus();
  }, []);

  async function submit(): Promise<void> {
    if (line.trim() === '') return;
    // Until it is in the outbox, or back in the box, a reload would lose it.
    const end = business.begin();
    drafts.write(session.room, '');
    setProblem(null);
    setAnswer(null);
    session.clearMark();
    try {
      // The dialog makes the link where it shows it.
      const { client, room: id } = session;
      // Whoever calls looks at the own picture first, however the call was begun.
      const startCall = async (wanted: Wanted) => callDesk.prepare(id, wanted);
      const result = await runLine({ client, room: id, view, formatLink: () => '', startCall }, line);
      show(result);
    } catch (error) {
      setProblem(problemOf(error));
      drafts.restore(session.room, line);
    } finally {
      end();
    }
  }

  function show(result: CommandResult): void {
    if (result.kind === 'help' || result.kind === 'invite' || result.kind === 'files') onOpen({ kind: result.kind });
    // A page cannot open a path: whatever was typed, the person chooses.
    if (result.kind === 'upload') choose('files');
    if (result.kind === 'download') void desk.save(session.room, result.item);
    if (result.kind === 'go') page.show(result.room);
    const [only, ...more] = result.kind === 'compare' ? result.others : [];
    if (only && more.length === 0) onOpen({ kind: 'compare', device: only.member.device });
    else if (isTold(result)) setAnswer(result);
  }

  function choose(choice: Choice): void {
    chooseFiles(choice).then(send, session.report);
  }

  function send(picks: readonly Picked[]): void {
    if (picks.length === 0) return;
    session.clearMark();
    void desk.send(session.room, picks);
  }

  function onPaste(event: ClipboardEvent): void {
    const picks = picksOfPaste(event.clipboardData, t.pastedName(formats.time(Date.now())));
    if (!picks) return;
    event.preventDefault();
    picks.then(send, session.report);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While an input method composes, both keys are its own; Safari tells that by the code alone.
    if (event.nativeEvent.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === 'Escape') dismiss();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void submit();
  }

  const trouble = problem ?? room.trouble;
  const dismiss = () => {
    setProblem(null);
    setAnswer(null);
    session.dismissTrouble();
  };

  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
        box.current?.focus();
      }}
    >
      <div role="alert" className={styles['notices']}>
        {trouble !== null || answer !== null ? (
          <Notice trouble={trouble !== null} onDismiss={dismiss}>
            {trouble ? <p>{sentence(trouble)}</p> : answer && <Answer answer={answer} view={view} known={isLive(room)} onOpen={onOpen} />}
          </Notice>
        ) : null}
      </div>
      <Offline connection={connection} />
      {connection.state === 'connected' && !view.confirmed && view.members.length > 1 && view.access !== 'direct' && (
        <p className={styles['hint']}>{t.unconfirmed}</p>
      )}
      <div className={styles['box']}>
        <Attach onChoose={choose} />
        <textarea
          ref={box}
          className={styles['input']}
          rows={1}
          dir="auto"
          value={line}
          onChange={(event) => drafts.write(session.room, event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          aria-label={t.compose}
          placeholder={t.composeHint}
          enterKeyHint="send"
          autoComplete="off"
        />
        <IconButton label={t.send} type="submit" className={styles['send']} disabled={line.trim() === ''}>
          <SendHorizontal size={20} aria-hidden="true" />
        </IconButton>
      </div>
    </form>
  );
}

/** What the last line brought about, until it is dismissed. */
function Notice({ trouble, onDismiss, children }: { trouble: boolean; onDismiss(): void; children: ReactNode }) {
  const t = useTexts();
  return (
    <div className={styles['notice']} data-trouble={trouble || undefined}>
      {children}
      <IconButton label={t.dismiss} className={styles['dismiss']} onClick={onDismiss}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** What time alone does not mend is said as it is; of the rest, that nothing is lost. */
function Offline({ connection }: { connection: ConnectionState }) {
  const t = useTexts();
  const sentence = useSentence();
  if (connection.state !== 'offline') return null;
  const { code } = connection;
  return needsPerson(code) ? (
    <p role="alert" className={styles['notice']} data-trouble>
      {sentence({ code, detail: {} })}
    </p>
  ) : (
    <p className={styles['hint']}>{t.offlineKept}</p>
  );
}

/** Grows with its text; CSS sets the most. Setting a property is no inline style to a content security policy. */
function fit(box: HTMLTextAreaElement | null, line: string): void {
  if (!box) return;
  if (line === '') return void box.style.removeProperty('height');
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
}
