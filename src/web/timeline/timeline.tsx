import { ArrowDown } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type CacheSnapshot, Virtualizer, type VirtualizerHandle } from 'virtua';
import { useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import type { OnOpen } from '../room/overlay.ts';
import type { RoomSession, RoomSnapshot } from '../state/room-session.ts';
import { isSaid, rowsOf } from '../state/rows.ts';
import { Beginning, EmptyDirect, EmptyRoom } from './beginning.tsx';
import { TimelineRow } from './timeline-row.tsx';
import styles from './timeline.module.css';

/** Pixels from the end within which the reader counts as being at the end. */
const NEAR_END = 60;
/** Pixels from the top at which older messages are fetched. */
const NEAR_TOP = 600;

interface TimelineProps {
  session: RoomSession;
  room: RoomSnapshot;
  unread: number;
  title: string;
  onInvite(): void;
  onOpen: OnOpen;
}

/** Where the reader was when another room was chosen: the sizes of the lines, and how far down. None for those at the end. */
const places = new WeakMap<RoomSession, { readonly cache: CacheSnapshot; readonly offset: number }>();

/** The conversation. Only what is near the screen is in the page; it stays at the end while the reader is at the end. */
export function Timeline({ session, room, unread, title, onInvite, onOpen }: TimelineProps) {
  const t = useTexts();
  const { attention } = useSurroundings();
  const attentive = useObservable(attention);
  const { items, view, mark, older } = room;
  const { pending, device, name } = view;
  const rows = useMemo(() => rowsOf({ items, pending, view: { device, name }, mark }), [items, pending, device, name, mark]);
  // Above the oldest line stands where the history begins, or that more is coming.
  const lines = useMemo(() => [null, ...rows], [rows]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { atEnd, place, look: lookAtPlace } = usePlace(list);
  const [left] = useState(() => places.get(session));
  /** Where the conversation was put first; null before there was one. */
  const placed = useRef<'end' | 'elsewhere' | null>(null);

  // True where lines were added or let go at the start: the reader's place is then kept from the end. It has to be compared with
  // what was drawn last, because several changes of the room can be drawn in one go.
  const first = rows.find((row) => row.kind !== 'day')?.key;
  const firstDrawn = useRef(first);
  // oxlint-disable-next-line react/refs -- rendering is synchronous here, see useSyncExternalStore
  const shift = firstDrawn.current !== undefined && firstDrawn.current !== first;
  useEffect(() => {
    firstDrawn.current = first;
  });

  const toEnd = () => list.current?.scrollToIndex(rows.length, { align: 'end' });

  useLayoutEffect(() => {
    if (rows.length === 0 || older === 'unknown') return;
    // The first place, until it has been drawn there: where the reader left, else at what is new, else at the end.
    const placing = atEnd === null;
    if (placing && left) list.current?.scrollTo(left.offset);
    const unreadRow = placing && !left && placed.current !== 'end' ? rows.findIndex((row) => row.kind === 'unread') : -1;
    if (unreadRow >= 0) list.current?.scrollToIndex(unreadRow + 1, { align: 'start' });
    else if (atEnd ?? (placed.current !== 'elsewhere' && !left)) toEnd();
    const isFirst = placed.current === null;
    placed.current ??= unreadRow >= 0 || left ? 'elsewhere' : 'end';
    if (isFirst) place(placed.current === 'end');
    // What changes the end of the list moves the reader who is at the end; scrolling itself must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [rows, older]);

  // The keyboard of a phone and a growing composer take room from below, and what was drawn with a size that was guessed gets its own when it is measured.
  const end = useRef({ atEnd, toEnd });
  useEffect(() => {
    end.current = { atEnd, toEnd };
  });
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (end.current.atEnd !== true) return;
      end.current.toEnd();
      // A narrower one, as beside a call, has higher lines, which are measured after that.
      requestAnimationFrame(() => requestAnimationFrame(() => end.current.toEnd()));
    });
    const { current: frame } = scroller;
    for (const box of [frame, frame?.firstElementChild]) if (box) observer.observe(box);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    session.setWatching(attentive && atEnd === true);
    return () => session.setWatching(false);
  }, [session, attentive, atEnd]);

  // The handle is gone when effects are undone; what was seen last is not.
  const seen = useRef<{ readonly cache: CacheSnapshot; readonly offset: number } | null>(null);
  useEffect(
    () => () => {
      if (seen.current) places.set(session, seen.current);
      else places.delete(session);
    },
    [session],
  );

  const look = () => {
    const handle = list.current;
    if (!handle || rows.length === 0) return;
    const near = lookAtPlace(handle);
    seen.current = near ? null : { cache: handle.cache, offset: handle.scrollOffset };
    if (atEnd !== null && older === 'some' && handle.scrollOffset < NEAR_TOP) void session.loadOlder();
  };
  // A page of history that does not fill the screen cannot be scrolled.
  useEffect(() => {
    const handle = list.current;
    if (handle && atEnd !== null && older === 'some' && handle.scrollSize <= handle.viewportSize) void session.loadOlder();
  });

  const direct = view.access === 'direct';
  const silent = view.phase === 'ready' && older === 'none' && pending.length === 0 && !items.some(isSaid);

  return (
    <div className={styles['frame']}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be within reach of the keyboard */}
      <section ref={scroller} className={styles['scroller']} aria-label={t.timeline} tabIndex={0}>
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          as="ol"
          item="li"
          shift={shift}
          bufferSize={400}
          onScroll={look}
          data={lines}
          {...(left ? { cache: left.cache } : {})}
        >
          {(line) =>
            line === null ? (
              <Beginning key="beginning" older={older} />
            ) : (
              <TimelineRow key={line.key} row={line} room={session.room} direct={direct} onOpen={onOpen} />
            )
          }
        </Virtualizer>
        {silent && !direct && view.members.length === 1 && <EmptyRoom session={session} access={view.access} onInvite={onInvite} />}
        {silent && direct && view.peer !== null && <EmptyDirect peer={view.peer} title={title} />}
      </section>
      {atEnd === false && (
        <button type="button" className={styles['toEnd']} onClick={toEnd}>
          <ArrowDown size={18} aria-hidden="true" />
          {t.toNewest(unread)}
        </button>
      )}
    </div>
  );
}

/**
 * Is the reader at the end? Null until the conversation has been put in its first place. New lines and measured sizes move the end
 * away for a moment; only a reader who scrolls up leaves it.
 */
function usePlace(list: RefObject<VirtualizerHandle | null>) {
  const [atEnd, setAtEnd] = useState<boolean | null>(null);
  const offset = useRef(0);
  const isNear = (handle: VirtualizerHandle) => handle.scrollSize - handle.scrollOffset - handle.viewportSize < NEAR_END;
  return {
    atEnd,
    /** After the first scroll has been drawn. @param isEnd it went there, whatever was measured in between: only a reader who scrolls up leaves it */
    place: (isEnd: boolean) =>
      requestAnimationFrame(() => requestAnimationFrame(() => list.current && setAtEnd(isEnd || isNear(list.current)))),
    look(handle: VirtualizerHandle) {
      const wentUp = handle.scrollOffset < offset.current - 1;
      offset.current = handle.scrollOffset;
      const near = isNear(handle);
      setAtEnd((before) => (before === null ? null : near || (before && !wentUp)));
      return near;
    },
  };
}
