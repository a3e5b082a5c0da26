import { useRef } from 'react';
import { useTexts } from '../context.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { LinkForm } from '../parts/link-form.tsx';

/** For those who left or were removed: the way in again, or into another room. */
export function LinkDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const t = useTexts();
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog open={open} onClose={onClose} title={t.haveLink} text={t.outsideText} firstFocus={field}>
      <LinkForm field={field} />
    </Dialog>
  );
}
