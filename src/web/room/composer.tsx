import { SendHorizontal, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type CommandResult, runLine } from '../../client/index.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import { type Problem, problemOf } from '../state/problem.ts';
import type { RoomSession, RoomSnapshot } from '../state/room-session.ts';
import styles from './composer.module.css';
import type { Overlay } from './room-screen.tsx';

interface ComposerProps {
  session: RoomSession;
  room: RoomSnapshot;
  onOpen(overlay: Overlay): void;
}

/** Where one writes; where one may not any more, it says why. */
export function Composer({ session, room, onOpen }: ComposerProps) {
  const t = useTexts();
  const { view } = room;
  const closed = { ready: null, joining: t.closedJoining, left: t.closedLeft, removed: t.closedRemoved }[view.phase];
  return (
    <footer className={styles['footer']}>
      {closed === null ? <Writing session={session} room={room} onOpen={onOpen} /> : <p className={styles['closed']}>{closed}</p>}
    </footer>
  );
}

function Writing({ session, room, onOpen }: ComposerProps) {
  const t = useTexts();
  const sentence = useSentence();
  const { business } = useSurroundings();
  const [line, setLine] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const typing = line !== '';

  useEffect(() => (typing ? business.begin() : undefined), [typing, business]);
  useLayoutEffect(() => fit(box.current, line), [line]);
  useEffect(() => {
    // A keyboard that covers half a phone's screen is opened by its owner alone.
    if (matchMedia('(pointer: fine)').matches) box.current?.focus();
  }, []);

  async function submit(): Promise<void> {
    if (line.trim() === '') return;
    setLine('');
    setProblem(null);
    setNotice(null);
    session.clearMark();
    // Until it is in the outbox, or back in the box, a reload would lose it.
    const end = business.begin();
    try {
      // The dialog makes the link where it shows it.
      const result = await runLine({ client: session.client, room: session.room, view: room.view, formatLink: () => '' }, line);
      show(result);
    } catch (error) {
      setProblem(problemOf(error));
      // Nothing that was typed is lost, unless the person has gone on typing.
      setLine((now) => (now === '' ? line : now));
    } finally {
      end();
    }
  }

  function show(result: CommandResult): void {
    if (result.kind === 'help' || result.kind === 'members' || result.kind === 'invite') onOpen({ kind: result.kind });
    if (result.kind === 'quit') setNotice(t.quit);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  }

  const trouble = problem ?? room.trouble;
  const dismiss = () => {
    setProblem(null);
    setNotice(null);
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
        {trouble !== null || notice !== null ? (
          <div className={styles['notice']} data-trouble={trouble !== null || undefined}>
            <p>{trouble ? sentence(trouble) : notice}</p>
            <IconButton label={t.dismiss} className={styles['dismiss']} onClick={dismiss}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </div>
        ) : null}
      </div>
      {room.connection.state === 'offline' && <p className={styles['hint']}>{t.offlineKept}</p>}
      {room.connection.state === 'connected' && !room.view.confirmed && room.view.members.length > 1 && (
        <p className={styles['hint']}>{t.unconfirmed}</p>
      )}
      <div className={styles['box']}>
        <textarea
          ref={box}
          className={styles['input']}
          rows={1}
          dir="auto"
          value={line}
          onChange={(event) => setLine(event.target.value)}
          onKeyDown={onKeyDown}
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

/** Grows with its text; CSS sets the most. Setting a property is no inline style to a content security policy. */
function fit(box: HTMLTextAreaElement | null, line: string): void {
  if (!box) return;
  if (line === '') return void box.style.removeProperty('height');
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
}
