import { LockOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Access } from '../../client/index.ts';
import { useSentence, useTexts } from '../context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { type Problem, problemOf } from '../state/problem.ts';
import { inviteLink, leadsNowhere, plainAddress } from '../state/invite-link.ts';
import type { RoomSession } from '../state/room-session.ts';
import styles from './invite-dialog.module.css';

type Making =
  | { readonly at: 'making' }
  | { readonly at: 'made'; readonly link: string }
  | { readonly at: 'failed'; readonly problem: Problem };

interface InviteProps {
  open: boolean;
  onClose(): void;
  session: RoomSession;
  access: Access;
}

/** The room's link, as a code to be photographed and as text to be sent. */
export function InviteDialog({ open, onClose, session, access }: InviteProps) {
  const t = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t.inviteTitle} text={t.inviteText}>
      {open && <Invitation session={session} access={access} />}
    </Dialog>
  );
}

function Invitation({ session, access }: { session: RoomSession; access: Access }) {
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
      <WithoutLink address={plainAddress(session.client, location)} access={access} />
    </>
  );
}

/** The address alone is a way in as well. */
function WithoutLink({ address, access }: { address: string | null; access: Access }) {
  const t = useTexts();
  if (address === null) return null;
  return access === 'open' ? (
    <p className={styles['open']}>
      <LockOpen size={18} aria-hidden="true" />
      <span>{t.inviteOpen(address)}</span>
    </p>
  ) : (
    <p className={styles['plain']}>{t.inviteKnock(address)}</p>
  );
}

function LinkLine({ link }: { link: string }) {
  const t = useTexts();
  return (
    <>
      <input
        className={styles['link']}
        value={link}
        readOnly
        aria-label={t.inviteLink}
        dir="ltr"
        onFocus={(event) => event.target.select()}
      />
      <DialogActions>
        <CopyButton text={link} label={t.copy} look="main" />
      </DialogActions>
    </>
  );
}
