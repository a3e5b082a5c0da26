import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import styles from './dialog.module.css';
import { IconButton } from './button.tsx';

export interface DialogProps {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  text?: ReactNode;
  children?: ReactNode;
  /** `panel` stands at the side, and on phones covers the lower part of the screen; `drawer` stands at the other side. */
  shape?: 'card' | 'wide' | 'broad' | 'panel' | 'drawer';
  /** Where the focus goes when it opens; absent: the first thing that can have it. */
  firstFocus?: RefObject<HTMLElement | null>;
  /** Where it goes when it closes; null, or absent: back to where it was. */
  lastFocus?: () => HTMLElement | null;
}

/** A dialog: the page behind it waits, Escape closes it, and the focus goes back to where it was. */
export function Dialog({ open, onClose, title, text, children, shape = 'card', firstFocus, lastFocus }: DialogProps) {
  const t = useTexts();
  const { business } = useSurroundings();
  useEffect(() => (open ? business.begin() : undefined), [open, business]);
  return (
    <Base.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles['shade']} />
        <Base.Popup className={`${styles['popup']} ${styles[shape]}`} initialFocus={firstFocus} finalFocus={lastFocus}>
          <header className={styles['head']}>
            <Base.Title className={styles['title']}>{title}</Base.Title>
            <Base.Close render={<IconButton label={t.close} className={styles['close']} />}>
              <X size={20} aria-hidden="true" />
            </Base.Close>
          </header>
          {text !== undefined && <Base.Description className={styles['text']}>{text}</Base.Description>}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The row of buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles['actions']}>{children}</div>;
}
