import { useEffect, useRef } from 'react';
import { useSurroundings } from '../context.tsx';
import type { Picture } from '../state/calls/pictures.ts';
import { useObservable } from '../state/observable.ts';
import { offerVideo, pictureOutside } from './picture-outside.ts';
import { streamOf, useTrack } from './use-tracks.ts';

/** What the window outside of the page shows: whoever is large in it. It goes on while the page shows something else, or nothing. */
export function OutsideVideo({ picture: { member, source } }: { picture: Picture }) {
  const { shown } = useSurroundings().callDesk;
  const frame = useObservable(pictureOutside);
  const video = useRef<HTMLVideoElement>(null);
  const track = useTrack(member.own ? 'own' : member.device, source);
  const { device, own } = member;

  const latest = useRef(track);
  useEffect(() => {
    const element = video.current;
    latest.current = track;
    if (frame && element) play(element, track);
  }, [frame, track]);

  useEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    offerVideo({ video: element, begin: () => play(element, latest.current) });
    const left = () => {
      element.srcObject = null;
      pictureOutside.set(null);
    };
    element.addEventListener('leavepictureinpicture', left);
    return () => {
      element.removeEventListener('leavepictureinpicture', left);
      offerVideo(null);
      if (pictureOutside.get()) void document.exitPictureInPicture().catch(() => {});
      left();
    };
  }, []);

  useEffect(() => {
    if (!frame || own) return undefined;
    const place = {};
    const tell = () => shown.put(place, { device, source, height: Math.round(frame.height * devicePixelRatio) }, true);
    tell();
    frame.addEventListener('resize', tell);
    return () => {
      frame.removeEventListener('resize', tell);
      shown.drop(place);
    };
  }, [frame, shown, device, source, own]);

  return <video ref={video} className="said" muted playsInline aria-hidden="true" />;
}

function play(element: HTMLVideoElement, track: MediaStreamTrack | null): void {
  element.srcObject = streamOf(track);
  if (track) element.play().catch(() => {});
}
