import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSentence, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { type Problem, problemOf } from '../state/problem.ts';
import { inviteLink, leadsNowhere } from '../state/invite-link.ts';
import type { RoomSession } from '../state/room-session.ts';
import styles from './invite-dialog.module.css';

type Making =
  | { readonly at: 'making' }
  | { readonly at: 'made'; readonly link: string }
  | { readonly at: 'failed'; readonly problem: Problem };

/** The room's link, as a code to be photographed and as text to be sent. */
export function InviteDialog({ open, onClose, session }: { open: boolean; onClose(): void; session: RoomSession }) {
  const t = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t.inviteTitle} text={t.inviteText}>
      {open && <Invitation session={session} />}
    </Dialog>
  );
}

function Invitation({ session }: { session: RoomSession }) {
  const t = useTexts();
  const sentence = useSentence();
  const [making, setMaking] = useState<Making>({ at: 'making' });

  useEffect(() => {
    let wanted = true;
    const { client, room } = session;
    const make = () =>
      void client
        .invite(room)
        .then((invitation): Making => ({ at: 'made', link: inviteLink(client, invitation, location) }))
        .catch((error: unknown): Making => ({ at: 'failed', problem: problemOf(error) }))
        .then((result) => wanted && setMaking(result));
    make();
    // Where others reach the relay is known with the first connection; a dialog that was opened before it makes its link then.
    const stop = client.on((event) => event.event === 'build' && make());
    return () => {
      wanted = false;
      stop();
    };
  }, [session]);

  if (making.at === 'failed') {
    return (
      <p role="alert" className={styles['trouble']}>
        {sentence(making.problem)}
      </p>
    );
  }
  if (making.at === 'making') {
    return <output className={styles['making']}>{t.inviteMaking}</output>;
  }
  return (
    <>
      <QrCode text={making.link} label={t.inviteQr} />
      {leadsNowhere(making.link) && <p className={styles['trouble']}>{t.inviteLocal}</p>}
      <LinkLine link={making.link} />
    </>
  );
}

function LinkLine({ link }: { link: string }) {
  const t = useTexts();
  const [copied, setCopied] = useState(false);
  const line = useRef<HTMLInputElement>(null);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      // Some browsers keep the clipboard from pages with a clicked-through certificate; the old way still works there.
      line.current?.select();
      if (!document.execCommand('copy')) return;
    }
    setCopied(true);
  }

  return (
    <>
      <input
        ref={line}
        className={styles['link']}
        value={link}
        readOnly
        aria-label={t.inviteLink}
        dir="ltr"
        onFocus={(event) => event.target.select()}
      />
      <DialogActions>
        <Button
          look="main"
          icon={copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
          onClick={() => void copy()}
        >
          {copied ? t.copied : t.copy}
        </Button>
      </DialogActions>
      <output className="said">{copied ? t.copied : ''}</output>
    </>
  );
}
