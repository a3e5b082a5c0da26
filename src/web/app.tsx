import { useEffect } from 'react';
import { Calls } from './calls/calls.tsx';
import { useSurroundings, useTexts } from './context.tsx';
import { RoomsFrame } from './rooms/rooms-frame.tsx';
import { CardScreen } from './screens/card-screen.tsx';
import { DoorScreen } from './screens/door-screen.tsx';
import { OutsideScreen } from './screens/outside-screen.tsx';
import { StoppedScreen } from './screens/stopped-screen.tsx';
import { WaitingScreen } from './screens/waiting-screen.tsx';
import { useObservable } from './state/observable.ts';
import type { PageState } from './state/page-state.ts';

export function App() {
  const { page } = useSurroundings();
  const t = useTexts();
  const state = useObservable(page);
  const { at } = state;
  useEffect(() => {
    if (at !== 'room') document.title = at === 'waiting' ? `${t.waitConnected} · Corrillo` : 'Corrillo';
  }, [at, t]);

  return (
    <>
      <Screen state={state} />
      <Calls />
    </>
  );
}

function Screen({ state }: { state: PageState }) {
  const t = useTexts();
  switch (state.at) {
    case 'starting':
      return <CardScreen title={t.starting} turning />;
    case 'stopped':
      return <StoppedScreen problem={state.problem} />;
    case 'outside':
      return <OutsideScreen outside={state} />;
    case 'door':
      return <DoorScreen door={state} />;
    case 'waiting':
      return <WaitingScreen waiting={state} />;
    case 'room':
    default:
      return <RoomsFrame session={state.session} />;
  }
}
