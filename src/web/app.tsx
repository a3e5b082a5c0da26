import { useEffect } from 'react';
import { useSurroundings, useTexts } from './context.tsx';
import { RoomScreen } from './room/room-screen.tsx';
import { CardScreen } from './screens/card-screen.tsx';
import { DoorScreen } from './screens/door-screen.tsx';
import { OutsideScreen } from './screens/outside-screen.tsx';
import { StoppedScreen } from './screens/stopped-screen.tsx';
import { useObservable } from './state/observable.ts';

export function App() {
  const { page } = useSurroundings();
  const t = useTexts();
  const state = useObservable(page);
  const { at } = state;
  useEffect(() => {
    if (at !== 'room') document.title = 'Corrillo';
  }, [at]);

  switch (state.at) {
    case 'starting':
      return <CardScreen title={t.starting} turning />;
    case 'stopped':
      return <StoppedScreen problem={state.problem} />;
    case 'outside':
      return <OutsideScreen problem={state.problem} />;
    case 'door':
      return <DoorScreen door={state} />;
    case 'room':
    default:
      return <RoomScreen key={state.session.room} session={state.session} />;
  }
}
