import { Hand, LoaderCircle, MicOff, ScreenShare } from 'lucide-react';
import { useRef } from 'react';
import type { CallMember } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
import type { Placed } from '../state/calls/stage-layout.ts';
import { showName } from '../state/plain-text.ts';
import { toneOf } from '../state/tones.ts';
import { InitialDisk } from './initial-disk.tsx';
import { MovingPicture } from './moving-picture.tsx';
import { PictureName } from './picture-name.tsx';
import styles from './tile.module.css';
import { useShown } from './use-shown.ts';
import { useTrack } from './use-tracks.ts';

interface TileProps {
  placed: Placed;
  speaking: boolean;
  pinned: boolean;
  onPin(): void;
}

/** Somebody in the call, or a screen, in its place. */
export function Tile({ placed: { picture, box, role }, speaking, pinned, onPin }: TileProps) {
  const t = useTexts();
  const item = useRef<HTMLLIElement>(null);
  const { member, source } = picture;
  const sent = member.sources.includes(source);
  const track = useTrack(member.own ? 'own' : member.device, source);
  useShown(item, picture, sent && !member.own);
  const name = member.own ? t.you : showName(member.name || t.unnamed);
  const title = source === 'screen' ? t.callScreenOf(name) : name;
  return (
    <li
      ref={item}
      className={styles['tile']}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      data-role={role}
      data-source={source}
      data-tone={toneOf(member.device)}
      data-speaking={speaking || undefined}
      data-own={member.own || undefined}
    >
      {sent && track ? (
        <MovingPicture track={track} mirrored={member.own && source === 'camera'} whole={source === 'screen'} />
      ) : (
        <Initial member={member} connecting={sent} />
      )}
      {source === 'camera' && <Marks member={member} />}
      <PictureName className={styles['name']} sign={<SourceSign picture={picture} />}>
        {title}
      </PictureName>
      <button
        type="button"
        className={styles['cover']}
        aria-pressed={pinned}
        aria-label={[t.callPin(title), ...statesOf(picture, sent && !track && !member.own, t)].join(', ')}
        onClick={onPin}
      />
    </li>
  );
}

function SourceSign({ picture: { member, source } }: { picture: Placed['picture'] }) {
  if (source === 'screen') return <ScreenShare size={14} aria-hidden="true" />;
  return !member.sources.includes('microphone') && <MicOff size={14} className={styles['muted']} aria-hidden="true" />;
}

/** What the tile shows by signs, in words. */
function statesOf({ member, source }: Placed['picture'], connecting: boolean, t: ReturnType<typeof useTexts>): readonly string[] {
  if (source === 'screen') return [];
  return [
    ...(member.sources.includes('microphone') ? [] : [t.callMuted]),
    ...(member.hand ? [t.callHandUp] : []),
    ...(connecting ? [t.callConnecting] : []),
  ];
}

function Initial({ member, connecting }: { member: CallMember; connecting: boolean }) {
  const t = useTexts();
  return (
    <span className={styles['initial']} aria-hidden="true">
      <InitialDisk className={styles['disk']} name={member.name} />
      {connecting && !member.own && (
        <span className={styles['connecting']}>
          <LoaderCircle size={16} />
          {t.callConnecting}
        </span>
      )}
    </span>
  );
}

function Marks({ member }: { member: CallMember }) {
  return (
    member.hand && (
      <span className={styles['hand']} aria-hidden="true">
        <Hand size={18} />
      </span>
    )
  );
}
