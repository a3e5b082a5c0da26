import { useEffect, useRef, useState } from 'react';
import styles from './tile.module.css';
import { streamOf } from './use-tracks.ts';

/** How much of a picture may be cut off to fill its place, as a ratio of the two shapes. */
const CUT = 2;

interface MovingPictureProps {
  track: MediaStreamTrack;
  /** As one sees oneself. */
  mirrored?: boolean;
  /** Nothing of it may be cut off: screens. */
  whole?: boolean;
}

/** A track on the screen, without its sound: that comes from elsewhere, once. */
export function MovingPicture({ track, mirrored = false, whole = false }: MovingPictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [cut, setCut] = useState(true);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = streamOf(track);
    // Muted pictures may always play; one that was taken off meanwhile need not.
    element.play().catch(() => {});
  }, [track]);

  useEffect(() => {
    const element = video.current;
    if (!element || whole) return undefined;
    const compare = () => {
      if (element.videoHeight === 0 || element.clientHeight === 0) return;
      const ratio = element.videoWidth / element.videoHeight / (element.clientWidth / element.clientHeight);
      setCut(ratio < CUT && ratio > 1 / CUT);
    };
    const sizes = new ResizeObserver(compare);
    sizes.observe(element);
    element.addEventListener('resize', compare);
    return () => {
      sizes.disconnect();
      element.removeEventListener('resize', compare);
    };
  }, [whole]);

  return (
    <video
      ref={video}
      className={styles['video']}
      data-mirrored={mirrored || undefined}
      data-whole={whole || !cut || undefined}
      muted
      autoPlay
      playsInline
      disablePictureInPicture
      aria-hidden="true"
    />
  );
}
