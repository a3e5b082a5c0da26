import type { CallMember, CallView, Client, MediaCount } from '../../client/index.ts';
import type { CallPicture, NodeCalls } from '../../client/node/index.ts';
import type { Key } from '../full/keys.ts';
import type { Frame } from '../full/painter.ts';
import type { Tty } from '../full/tty.ts';
import type { CallSeen } from './call-rows.ts';
import { createDrawing } from './pictures/drawing.ts';
import { pictureKey } from './pictures/picture-layer.ts';
import type { PictureMode } from './pictures/picture-mode.ts';
import { createPictureWishes } from './pictures/picture-wishes.ts';
import { createTalkKey } from './talk-key.ts';

/** The call in the full screen: what is seen of it, its pictures, and the keys that are about it. */
export interface CallPanel {
  attach(client: Client): void;
  /** For the next frame; null where there is nothing to show. */
  look(): CallSeen | null;
  /** What has to be written for the pictures of this frame. */
  placed(frame: Frame): string;
  /** A call is other than it was. */
  changed(): void;
  media(room: string, counts: readonly MediaCount[]): void;
  /** Whether the key was for the call. */
  press(key: Key): boolean;
  hear(answer: string): void;
  /** What is on the terminal is not what was drawn. */
  forget(): void;
  close(): void;
}

export interface CallPanelOptions {
  /** Null: this program joins no calls. */
  readonly pictures: NodeCalls | null;
  readonly mode: PictureMode;
  readonly pushToTalk: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface CallPanelPorts {
  readonly tty: () => Tty;
  /** The room that is talked in. */
  readonly current: () => string | undefined;
  /** What a room is called that is not. */
  readonly nameElsewhere: (room: string) => string | undefined;
  /** Draws into the frame that is there. */
  overlay(bytes: string): void;
  /** Something is to be seen that was not. */
  changedView(): void;
  forgetPainted(): void;
  /** What went wrong with a key. */
  failed(error: unknown): void;
}

/** Lets go of keys too: 1 tells keys apart, 2 tells releases. */
const KEYS = { name: 'keys', enter: '\u001b[>3u', leave: '\u001b[<u' } as const;

export function createCallPanel(ports: CallPanelPorts, { pictures, mode, pushToTalk, env }: CallPanelOptions): CallPanel {
  let client: Client | undefined;
  let isHidden = false;
  let stopPictures: (() => void) | undefined;
  let stopListening: (() => void) | undefined;
  let speaking: ReadonlySet<string> = new Set();
  const unopened = new Set<string>();
  const drawing = createDrawing(ports, mode, env);
  const wishes = createPictureWishes(() => client?.calls, pictures);
  const talk = createTalkKey(
    (on) => pictures?.talk(on),
    () => ports.changedView(),
  );

  /** The call that this device is in, else the one of the room that is seen. */
  function shownCall(): CallView | null {
    const room = client?.calls.current() ?? ports.current();
    return (room !== undefined && client?.calls.view(room)) || null;
  }

  const drawn = () => mode !== 'none' && mode !== 'window' && pictures !== null;

  function picturesOf({ members }: CallView): CallSeen['pictures'] {
    const of = (source: 'screen' | 'camera') =>
      members
        .filter((member) => member.sources.includes(source) && (!member.own || drawing.has(pictureKey({ device: member.device, source }))))
        .map((member) => ({ key: pictureKey({ device: member.device, source }), member, isScreen: source === 'screen' }));
    return [...of('screen'), ...of('camera')];
  }

  function follow(view: CallView | null): void {
    const isIn = view?.state === 'in' || view?.state === 'waiting';
    if (isIn && !stopPictures && pictures && drawn()) {
      drawing.begin();
      stopPictures = pictures.onPicture(take);
    }
    if (isIn && pictures) stopListening ??= pictures.onSpeaking(listen);
    if (isIn && pushToTalk && drawing.abilities?.releases) ports.tty().hold(KEYS.name, KEYS.enter, KEYS.leave);
    if (isIn && pushToTalk) drawing.begin();
    if (isIn) return;
    stopPictures?.();
    stopPictures = undefined;
    stopListening?.();
    stopListening = undefined;
    speaking = new Set();
    unopened.clear();
    talk.stop();
    ports.tty().letGo(KEYS.name);
    drawing.end();
  }

  function listen(heard: ReadonlySet<string>): void {
    speaking = heard;
    ports.changedView();
  }

  function take(picture: CallPicture): void {
    const isFirst = !drawing.has(pictureKey(picture));
    drawing.take(picture);
    // The own one has no place before it comes.
    if (isFirst) ports.changedView();
  }

  function turnMicrophone(view: CallView): void {
    const own = view.members.find((member: CallMember) => member.own);
    const isOn = own?.sources.includes('microphone') ?? false;
    if (pushToTalk && isOn) talk.press(drawing.abilities?.releases ?? false);
    else void client?.calls.turn('microphone', !isOn).catch(ports.failed);
  }

  return {
    attach: (engine) => void (client = engine),
    look() {
      const view = shownCall();
      follow(view);
      if (!view) return null;
      const shown = drawn() && view.state !== 'out' ? picturesOf(view) : [];
      drawing.keep(new Set(shown.map(({ key }) => key)));
      return {
        view,
        room: ports.nameElsewhere(view.room),
        pictures: shown,
        unopened,
        speaking,
        talking: pushToTalk ? talk.isTalking : null,
        isHidden,
        cellAspect: drawing.cellAspect,
      };
    },
    placed({ tiles = [], holes = [] }) {
      const view = shownCall();
      if (view?.state === 'in' && pictures) wishes.want(drawn() ? tiles : [], drawing.cell, mode);
      else wishes.forget();
      return drawing.place(tiles, holes);
    },
    changed: () => ports.changedView(),
    media(room, counts) {
      if (client?.calls.current() !== room) return;
      const before = [...unopened].join();
      unopened.clear();
      for (const { device, frames, failed, decoded } of counts) if (frames > 0 && decoded === 0 && failed > 0) unopened.add(device);
      if ([...unopened].join() !== before) ports.changedView();
    },
    press(key) {
      if (key.kind !== 'key' && key.kind !== 'release') return false;
      const isTalk = key.name === 'f2' || key.name === 'ctrl-space';
      if (key.kind === 'release') {
        if (isTalk || key.name === 'space') talk.release();
        return true;
      }
      const view = shownCall();
      if (!view || view.state === 'out') return false;
      if (isTalk) turnMicrophone(view);
      else if (key.name === 'f4') isHidden = !isHidden;
      else return false;
      ports.changedView();
      return true;
    },
    hear: (answer) => drawing.hear(answer),
    forget: () => drawing.forget(),
    close() {
      stopPictures?.();
      stopListening?.();
      talk.stop();
      drawing.close();
    },
  };
}
