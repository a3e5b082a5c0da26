import { useEffect, useId, useState } from 'react';
import type { CallDevice, CallDevices } from '../../client/browser/calls/contract.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import styles from './device-choices.module.css';

type Found = Awaited<ReturnType<CallDevices['list']>>;
type Kind = 'camera' | 'microphone' | 'speaker';

/** Which camera, which microphone, and where the browser lets a page choose, which speaker. */
export function DeviceChoices({ devices }: { devices: CallDevices }) {
  const t = useTexts();
  const { callDesk } = useSurroundings();
  const { blurred } = useObservable(callDesk.screen);
  const id = useId();
  const [found, setFound] = useState<Found | null>(null);
  const [chosen, setChosen] = useState(devices.chosen());

  useEffect(() => {
    let over = false;
    const look = () => {
      setChosen(devices.chosen());
      devices.list().then(
        (now) => !over && setFound(now),
        (error: unknown) => callDesk.report(error),
      );
    };
    look();
    const stop = devices.on(look);
    return () => {
      over = true;
      stop();
    };
  }, [devices, callDesk]);

  async function choose(kind: Kind, device: string): Promise<void> {
    setChosen({ ...chosen, [kind]: device });
    try {
      await devices.choose({ [kind]: device });
    } catch (error) {
      callDesk.report(error, kind === 'speaker' ? undefined : kind);
    }
    setChosen(devices.chosen());
  }

  async function blur(on: boolean): Promise<void> {
    try {
      await devices.blur(on);
      callDesk.set({ blurred: on });
    } catch (error) {
      callDesk.report(error, 'camera');
    }
  }

  const rows = [
    { kind: 'camera', label: t.callCamera, list: found?.cameras ?? [] },
    { kind: 'microphone', label: t.callMicrophone, list: found?.microphones ?? [] },
    // Empty where it cannot be chosen: then there is nothing to say about it.
    { kind: 'speaker', label: t.callSpeaker, list: found?.speakers ?? [] },
  ] as const;
  return (
    <div className={styles['choices']}>
      {rows.map(
        ({ kind, label, list }) =>
          (kind !== 'speaker' || list.length > 0) && (
            <Choice key={kind} label={label} list={list} value={chosen[kind]} onChoose={(device) => void choose(kind, device)} />
          ),
      )}
      {devices.canBlur() && (
        <label className={styles['blur']} htmlFor={id}>
          <input id={id} type="checkbox" checked={blurred} onChange={(event) => void blur(event.target.checked)} />
          {t.callBlur}
        </label>
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  list: readonly CallDevice[];
  value: string | null;
  onChoose(device: string): void;
}

function Choice({ label, list, value, onChoose }: ChoiceProps) {
  const t = useTexts();
  const id = useId();
  return (
    <div className={styles['choice']}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value ?? list[0]?.id ?? ''}
        disabled={list.length === 0}
        onChange={(event) => onChoose(event.target.value)}
        dir="auto"
      >
        {list.length === 0 && <option value="">{t.callDeviceNone}</option>}
        {list.map((device, i) => (
          <option key={device.id} value={device.id}>
            {device.label || t.callDevice(label, i + 1)}
          </option>
        ))}
      </select>
    </div>
  );
}
