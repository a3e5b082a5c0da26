import type { CommandResult, RoomView } from '../../client/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Words } from '../parts/words.tsx';
import type { OnOpen } from '../room/overlay.ts';
import { isolate, showName } from '../state/plain-text.ts';
import styles from './answer.module.css';
import { CallAnswer } from './call-answer.tsx';
import { MemberList } from './member-list.tsx';
import { NumberedRooms } from './numbered-rooms.tsx';

/** What some commands say, beside what they do. */
export type Told = Exclude<CommandResult, { kind: (typeof DONE)[number] }>;

/** What is done, or shown elsewhere. */
const DONE = ['none', 'help', 'invite', 'go', 'upload', 'download', 'files'] as const;

interface AnswerProps {
  answer: Told;
  view: RoomView;
  /** It is known who is here. */
  known: boolean;
  onOpen: OnOpen;
}

export function isTold(result: CommandResult): result is Told {
  return !(DONE as readonly string[]).includes(result.kind);
}

/** What a command says, above the line that is written. */
export function Answer({ answer, view, known, onOpen }: AnswerProps) {
  const t = useTexts();
  const { page } = useSurroundings();
  switch (answer.kind) {
    case 'members':
      return <MemberList view={view} devices={answer.devices} known={known} />;
    case 'rooms':
      return <NumberedRooms views={answer.rooms} current={view.room} />;
    case 'compare':
      return <Comparisons answer={answer} onOpen={onOpen} />;
    case 'call':
      return <CallAnswer call={answer.call} />;
    case 'said':
      return (
        <div className={styles['said']}>
          <p>{t.saidAlone(isolate(answer.name || t.unnamed))}</p>
          <Button onClick={() => page.show(answer.room)}>{t.goThere}</Button>
        </div>
      );
    case 'verified':
      return <p>{t.comparedNow(isolate(answer.name || t.unnamed))}</p>;
    case 'quit':
    default:
      return <p>{t.quit}</p>;
  }
}

/** One's own words and those of several others; each is compared by itself. */
function Comparisons({ answer, onOpen }: { answer: Told & { kind: 'compare' }; onOpen: OnOpen }) {
  const t = useTexts();
  if (answer.others.length === 0) return <p>{t.compareNobody}</p>;
  return (
    <ul className={styles['comparisons']}>
      <li>
        <span>{t.compareMine}</span>
        <Words words={answer.own} size="s" />
      </li>
      {answer.others.map(({ member, words }) => (
        <li key={member.device}>
          <div className={styles['who']}>
            <bdi>{showName(member.name || t.unnamed)}</bdi>
            <Words words={words} size="s" />
          </div>
          <Button
            className={styles['compare']}
            aria-label={t.compareName(showName(member.name || t.unnamed))}
            onClick={() => onOpen({ kind: 'compare', device: member.device })}
          >
            {t.compare}
          </Button>
        </li>
      ))}
    </ul>
  );
}
