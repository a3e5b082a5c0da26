import { type ReactNode, useState } from 'react';
import type { Member } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { isolate } from '../state/plain-text.ts';
import { type Problem, problemOf } from '../state/problem.ts';
import type { RoomSession } from '../state/room-session.ts';
import { CompareResult, type Result } from './compare-result.tsx';
import { CompareWays, type Way } from './compare-ways.tsx';
import { CompareScan } from './compare-scan.tsx';
import type { CameraProblem } from './scan.ts';

/** Is the device that writes under this name the one of the person it should be? */
export function CompareDialog({ member, onClose, session }: { member: Member | null; onClose(): void; session: RoomSession }) {
  const t = useTexts();
  // Kept while the dialog fades out.
  const [shown, setShown] = useState(member);
  if (member !== null && member !== shown) setShown(member);
  const name = isolate(shown?.name || t.unnamed);
  return (
    <Dialog open={member !== null} onClose={onClose} title={t.compareTitle(name)} shape="wide">
      {member !== null && <Comparing key={member.device} member={member} name={name} session={session} onClose={onClose} />}
    </Dialog>
  );
}

type Step = { readonly at: 'ways' } | { readonly at: 'scanning'; readonly hint: Problem | null } | ({ readonly at: 'result' } & Result);

interface ComparingProps {
  member: Member;
  name: string;
  session: RoomSession;
  onClose(): void;
}

function Comparing({ member, name, session, onClose }: ComparingProps): ReactNode {
  const [step, setStep] = useState<Step>({ at: 'ways' });
  const [way, setWay] = useState<Way>('words');
  const { client, room } = session;

  async function remember(how: 'words' | null): Promise<void> {
    try {
      await client.verify(member.device, how);
      if (how === 'words') setStep({ at: 'result', is: 'same', other: null });
    } catch (error) {
      setStep({ at: 'result', is: 'failed', problem: problemOf(error) });
    }
  }

  async function check(code: string): Promise<void> {
    try {
      const seen = await client.compare(room, code);
      setStep({ at: 'result', is: 'same', other: seen.device === member.device ? null : seen });
    } catch (error) {
      const problem = problemOf(error);
      // Some other code that happens to be in sight: the camera goes on looking.
      if (problem.code === 'code_unreadable') setStep((now) => (now.at === 'scanning' ? { at: 'scanning', hint: problem } : now));
      else setStep({ at: 'result', is: problem.code.startsWith('code_') ? 'refused' : 'failed', problem });
    }
  }

  const back = () => setStep({ at: 'ways' });
  switch (step.at) {
    case 'scanning':
      return (
        <CompareScan
          hint={step.hint}
          onCode={(code) => void check(code)}
          onProblem={(camera: CameraProblem) => setStep({ at: 'result', is: 'blind', camera })}
          onCancel={back}
        />
      );
    case 'result':
      return <CompareResult result={step} name={name} onAgain={back} onClose={onClose} />;
    case 'ways':
    default:
      return (
        <CompareWays
          client={client}
          room={room}
          member={member}
          name={name}
          way={way}
          onWay={setWay}
          onSame={() => void remember('words')}
          onDifferent={() => setStep({ at: 'result', is: 'differs' })}
          onScan={() => setStep({ at: 'scanning', hint: null })}
          onForget={() => void remember(null)}
        />
      );
  }
}
