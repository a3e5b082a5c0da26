import { OctagonX } from 'lucide-react';
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRef } from 'react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import dialog from '../parts/dialog.module.css';
import { Words } from '../parts/words.tsx';
import { useObservable } from '../state/observable.ts';
import styles from './call-dialogs.module.css';
import { DeviceChoices } from './device-choices.tsx';

interface DialogProps {
  open: boolean;
  onClose(): void;
}

export function DevicesDialog({ open, onClose }: DialogProps) {
  const t = useTexts();
  const media = useObservable(useSurroundings().callDesk.media);
  return (
    <Dialog open={open} onClose={onClose} title={t.callDevices}>
      {media && <DeviceChoices devices={media.devices} />}
    </Dialog>
  );
}

/** What sealing means, and the words by which people hear that it is so. */
export function SealedDialog({ open, onClose, words }: DialogProps & { words: readonly string[] }) {
  const t = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t.callSealedTitle} text={t.callSealedText}>
      <section className={styles['words']}>
        <h3>{t.callWords}</h3>
        <Words words={words} size="l" />
        <p>{t.callWordsText}</p>
      </section>
    </Dialog>
  );
}

/** The one thing about calls that stands over everything until somebody has seen it: what went out might not have been sealed. */
export function UnsealedStop() {
  const t = useTexts();
  const sentence = useSentence();
  const { callDesk } = useSurroundings();
  const { unsealed, call } = useObservable(callDesk.screen);
  const first = useRef<HTMLButtonElement>(null);
  const leave = () => {
    if (call) callDesk.leave();
    callDesk.dismissUnsealed();
  };
  return (
    <AlertDialog.Root open={unsealed !== null}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={dialog['shade']} />
        <AlertDialog.Popup className={`${dialog['popup']} ${dialog['card']} ${styles['stop']}`} initialFocus={first}>
          <OctagonX size={64} strokeWidth={1.75} aria-hidden="true" />
          <AlertDialog.Title className={dialog['title']}>{t.callUnsealedTitle}</AlertDialog.Title>
          <AlertDialog.Description className={styles['why']}>{unsealed && sentence(unsealed)}</AlertDialog.Description>
          <DialogActions>
            <Button onClick={leave}>{call ? t.callLeave : t.close}</Button>
            <Button ref={first} look="danger" onClick={() => location.reload()}>
              {t.callReload}
            </Button>
          </DialogActions>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
