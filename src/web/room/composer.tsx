import { SendHorizontal, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type CommandResult, type ConnectionState, runLine } from '../../client/index.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { type Problem, problemOf } from '../state/problem.ts';
import { isLive, type RoomSession, type RoomSnapshot } from '../state/room-session.ts';
import styles from './composer.module.css';
import { MemberList } from './member-list.tsx';
import type { Overlay } from './room-screen.tsx';

interface ComposerProps {
  session: RoomSession;
  room: RoomSnapshot;
  onOpen(overlay: Overlay): void;
}

/** `keyCode` of every key that an input method takes. */
const COMPOSING = 229;

/** Where one writes; where one may not any more, it says why. */
export function Composer({ session, room, onOpen }: ComposerProps) {
  const t = useTexts();
  const { view } = room;
  const closed = { ready: null, joining: t.closedJoining, left: t.closedLeft, removed: t.closedRemoved, outdated: t.closedOutdated }[
    view.phase
  ];
  return (
    <footer className={styles['footer']}>
      {closed === null ? (
        <Writing session={session} room={room} onOpen={onOpen} />
      ) : (
        <div className={styles['closed']}>
          <p>{closed}</p>
          {view.phase !== 'joining' && <Button onClick={() => onOpen({ kind: 'link' })}>{t.haveLink}</Button>}
        </div>
      )}
    </footer>
  );
}

function Writing({ session, room, onOpen }: ComposerProps) {
  const t = useTexts();
  const sentence = useSentence();
  const { business } = useSurroundings();
  const [line, setLine] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [answer, setAnswer] = useState<CommandResult | null>(null);
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
    setAnswer(null);
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
    if (result.kind === 'help' || result.kind === 'invite') onOpen({ kind: result.kind });
    if (result.kind === 'members' || result.kind === 'quit') setAnswer(result);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While an input method composes, both keys are its own; Safari tells that by the code alone.
    if (event.nativeEvent.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === 'Escape') dismiss();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void submit();
  }

  const members = (devices: boolean) => <MemberList view={room.view} devices={devices} known={isLive(room)} />;
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
          <div className={styles['notice']} data-trouble={trouble !== null || undefined}>
            {trouble ? <p>{sentence(trouble)}</p> : answer?.kind === 'members' ? members(answer.devices) : <p>{t.quit}</p>}
            <IconButton label={t.dismiss} className={styles['dismiss']} onClick={dismiss}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </div>
        ) : null}
      </div>
      <Offline connection={room.connection} />
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

/** What time alone does not mend is said as it is; of the rest, that nothing is lost. */
function Offline({ connection }: { connection: ConnectionState }) {
  const t = useTexts();
  const sentence = useSentence();
  if (connection.state !== 'offline') return null;
  const { code } = connection;
  return NEEDS_A_PERSON.has(code) ? (
    <p role="alert" className={styles['notice']} data-trouble>
      {sentence({ code, detail: {} })}
    </p>
  ) : (
    <p className={styles['hint']}>{t.offlineKept}</p>
  );
}

const NEEDS_A_PERSON = new Set(['wrong_key', 'version_unsupported', 'tls_required', 'bad_proof', 'too_many_connections']);

/** Grows with its text; CSS sets the most. Setting a property is no inline style to a content security policy. */
function fit(box: HTMLTextAreaElement | null, line: string): void {
  if (!box) return;
  if (line === '') return void box.style.removeProperty('height');
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
}
