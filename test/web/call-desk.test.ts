import { describe, expect, it } from 'vitest';
import { CodedError } from '../../src/protocol/index.ts';
import { createFakeClient, deviceOf, directRoomOf, FAKE_ROOM } from '../../src/web/dev/fake-client.ts';
import { createCallDesk } from '../../src/web/state/calls/call-desk.ts';
import { createPreparation } from '../../src/web/state/calls/preparation.ts';
import { createShownPictures } from '../../src/web/state/calls/shown-pictures.ts';
import { createObservable } from '../../src/web/state/observable.ts';
import { followRoom } from '../../src/web/state/room-session.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const everything = { microphone: true, camera: true };

function open({ roomy = true } = {}) {
  const client = createFakeClient({ inside: true, people: ['Ana', 'Kofi'], direct: [{ with: 'Ana' }] });
  let businesses = 0;
  const timers: (() => void)[] = [];
  const desk = createCallDesk({
    media: async () => client.media,
    business: {
      begin() {
        businesses += 1;
        return () => void (businesses -= 1);
      },
    },
    roomy: createObservable(roomy),
    now: () => 0,
    after(_ms, act) {
      timers.push(act);
      return () => void timers.splice(timers.indexOf(act), timers.includes(act) ? 1 : 0);
    },
  });
  desk.follow(client);
  async function join(room = FAKE_ROOM): Promise<void> {
    desk.prepare(room);
    await turn();
    await desk.join(everything);
  }
  const run = () => timers.splice(0).forEach((act) => act());
  return { client, desk, join, run, screen: desk.screen.get, businesses: () => businesses };
}

describe('the calls of this device', () => {
  it('are known in all rooms, also those that were on before', async () => {
    const { client, desk } = open();
    client.calls.enter('Ana');
    client.calls.enter('Ana', {}, directRoomOf('Ana'));
    expect([...desk.calls.get().keys()]).toEqual([FAKE_ROOM, directRoomOf('Ana')]);
    client.calls.exit('Ana');
    expect([...desk.calls.get().keys()]).toEqual([directRoomOf('Ana')]);
    desk.unfollow();
    expect(desk.calls.get().size).toBe(0);
    desk.follow(client);
    expect([...desk.calls.get().keys()]).toEqual([directRoomOf('Ana')]);
  });

  it('are joined with what is wanted, and nothing reloads the page meanwhile', async () => {
    const { client, desk, screen, businesses } = open();
    desk.prepare(FAKE_ROOM);
    expect(screen().before).toMatchObject({ room: FAKE_ROOM, joining: false });
    expect(businesses()).toBe(1);
    const joining = desk.join({ microphone: false, camera: true });
    expect(screen().before?.joining).toBe(true);
    // A second press is no second call.
    await desk.join(everything);
    await joining;
    expect(client.asked.filter((one) => one.startsWith('calls.join'))).toEqual([`calls.join ${FAKE_ROOM} false true`]);
    expect(screen().before).toBeNull();
    expect(screen().call).toMatchObject({ room: FAKE_ROOM, state: 'in' });
    expect(businesses()).toBe(1);
    desk.leave();
    await turn();
    expect(screen().call).toBeNull();
    expect(businesses()).toBe(0);
  });

  it('are not joined after all: camera and microphone are let go of, also while it is under way', async () => {
    const { client, desk, screen, businesses } = open();
    client.calls.hold(true);
    desk.prepare(FAKE_ROOM);
    await turn();
    await client.media.devices.preview('camera', true);
    const joining = desk.join(everything);
    desk.giveUp();
    expect([...client.media.opened]).toEqual([]);
    client.calls.hold(false);
    await joining;
    expect(screen()).toMatchObject({ before: null, call: null, problems: [] });
    expect(client.calls.current()).toBeNull();
    expect(businesses()).toBe(0);
  });

  it('say why they were not joined, where they were to be joined', async () => {
    const { client, desk, screen } = open();
    client.failNext('calls.join', 'call_full');
    desk.prepare(FAKE_ROOM);
    await desk.join(everything);
    expect(screen().before).toMatchObject({ joining: false });
    expect(screen().problems).toMatchObject([{ source: null, problem: { code: 'call_full' } }]);
    await desk.join(everything);
    expect(screen()).toMatchObject({ before: null, problems: [] });
  });

  it('keep who was in them while they come back, and forget what was wrong when they are back', async () => {
    const { client, desk, join, screen } = open();
    client.calls.enter('Ana');
    await join();
    const { members } = screen().call ?? { members: [] };
    expect(members).toHaveLength(2);
    client.calls.lose('call_lost');
    client.calls.exit('Ana');
    client.emit({ event: 'error', room: FAKE_ROOM, error: new CodedError('call_silent') });
    expect(screen().call?.state).toBe('waiting');
    expect(screen().problems).toHaveLength(1);
    // The engine knows nobody any more: the screen keeps whom it knew.
    const { view } = client.calls;
    Object.assign(client.calls, { view: (room: string) => ({ ...view(room), members: [] }) });
    client.emit({ event: 'call', room: FAKE_ROOM });
    expect(screen().call?.members.length).toBeGreaterThan(0);
    Object.assign(client.calls, { view });
    client.calls.lose(null);
    expect(screen()).toMatchObject({ call: { state: 'in' }, problems: [] });
    desk.leave();
  });

  it('say what is wrong with a source until it works, and what ended them until it was read', async () => {
    const { client, desk, join, screen } = open();
    client.media.lack('camera', 'camera_busy');
    await join();
    expect(screen().problems).toMatchObject([{ source: 'camera', problem: { code: 'camera_busy' } }]);
    desk.turn('camera');
    await turn();
    expect(screen().problems).toHaveLength(1);
    expect(screen().turning).toEqual([]);
    client.media.lack('camera', null);
    desk.turn('camera');
    await turn();
    expect(screen().problems).toEqual([]);
    client.calls.throwOut('call_replaced');
    expect(screen()).toMatchObject({ call: null, problems: [{ room: FAKE_ROOM, source: null, problem: { code: 'call_replaced' } }] });
    desk.dismissProblem(null);
    expect(screen().problems).toEqual([]);
  });

  it('name the source that went away', async () => {
    const { client, join, screen } = open();
    await join();
    client.emit({ event: 'error', room: FAKE_ROOM, error: new CodedError('source_gone_in_call', { source: 'microphone' }) });
    expect(screen().problems).toMatchObject([{ source: 'microphone' }]);
  });

  it('stop the person where something might not have been sealed, also after the call', async () => {
    const { client, desk, join, screen } = open();
    await join();
    client.emit({ event: 'error', room: FAKE_ROOM, error: new CodedError('call_unsealed') });
    client.calls.throwOut('call_lost');
    expect(screen()).toMatchObject({ call: null, unsealed: { code: 'call_unsealed' } });
    desk.dismissUnsealed();
    expect(screen().unsealed).toBeNull();
  });

  it('show what is wrong with them themselves, and not above the line that is written', async () => {
    const { client } = open();
    const session = followRoom(client, FAKE_ROOM);
    client.emit({ event: 'error', room: FAKE_ROOM, error: new CodedError('camera_busy') });
    expect(session.get().trouble).toBeNull();
    client.emit({ event: 'error', room: FAKE_ROOM, error: new CodedError('cannot_open') });
    expect(session.get().trouble).toMatchObject({ code: 'cannot_open' });
    session.end();
  });

  it('tell what others do in them, not who was there, and not what one does oneself', async () => {
    const { client, desk, join } = open();
    client.calls.enter('Ana');
    await join();
    expect(desk.news.get()).toEqual([]);
    client.calls.enter('Kofi');
    expect(desk.news.get()).toEqual([{ what: 'joined', names: ['Kofi'] }]);
    client.calls.enter('Kofi', { hand: true });
    expect(desk.news.get()).toEqual([{ what: 'hand', names: ['Kofi'] }]);
    const before = desk.news.get();
    client.calls.enter('Kofi', { hand: false });
    desk.toggleHand();
    await turn();
    expect(desk.news.get()).toBe(before);
    client.calls.enter('Ana', { sources: ['screen'] });
    expect(desk.news.get()).toEqual([{ what: 'screen', names: ['Ana'] }]);
    client.calls.exit('Ana');
    expect(desk.news.get()).toEqual([{ what: 'left', names: ['Ana'] }]);
  });

  it('have the conversation beside them where there is space for it', async () => {
    const small = open({ roomy: false });
    await small.join();
    expect(small.screen().talk).toBe(false);
    small.desk.set({ talk: true });
    // The way back to the call.
    small.desk.prepare(FAKE_ROOM);
    expect(small.screen()).toMatchObject({ talk: false, before: null });
    const large = open();
    await large.join();
    expect(large.screen().talk).toBe(true);
  });

  it('begin anew in another room', async () => {
    const { client, desk, join, screen } = open();
    await join();
    desk.set({ pinned: 'x', layout: 'speaker' });
    await join(directRoomOf('Ana'));
    expect(screen()).toMatchObject({ call: { room: directRoomOf('Ana') }, pinned: null, layout: 'grid' });
    expect(client.calls.current()).toBe(directRoomOf('Ana'));
  });

  it('hear who speaks from the first moment on, and nobody after them', async () => {
    const { client, desk, join, run } = open();
    client.calls.enter('Ana');
    await join();
    client.media.setLevel(deviceOf('Ana'), 0.6);
    run();
    expect(desk.speaking.get()).toMatchObject({ speaker: deviceOf('Ana'), loud: new Set([deviceOf('Ana')]) });
    desk.leave();
    await turn();
    expect(desk.speaking.get()).toMatchObject({ speaker: null });
  });
});

describe('what is on the screen of a call', () => {
  function show() {
    const told: string[] = [];
    let due: (() => void) | undefined;
    const shown = createShownPictures({
      show: (pictures) => void told.push(pictures.map(({ device, source, height }) => `${device} ${source} ${height}`).join(', ')),
      after(_ms, act) {
        due = act;
        return () => (due = undefined);
      },
    });
    const pass = () => {
      const act = due;
      due = undefined;
      act?.();
      return told;
    };
    shown.begin();
    return { shown, pass, told };
  }
  const [a, b, c] = [{}, {}, {}];

  it('is told the largest first, once for many changes, and not again without one', () => {
    const { shown, pass } = show();
    shown.put(a, { device: 'a', source: 'camera', height: 100 });
    shown.put(b, { device: 'b', source: 'screen', height: 700 });
    shown.put(a, { device: 'a', source: 'camera', height: 180 });
    expect(pass()).toEqual(['b screen 700, a camera 180']);
    shown.put(a, { device: 'a', source: 'camera', height: 180 });
    expect(pass()).toHaveLength(1);
    shown.drop(b);
    expect(pass().at(-1)).toBe('a camera 180');
  });

  it('is one picture in two places by its larger one', () => {
    const { shown, pass } = show();
    shown.put(a, { device: 'a', source: 'camera', height: 100 });
    shown.put(b, { device: 'a', source: 'camera', height: 300 });
    expect(pass()).toEqual(['a camera 300']);
  });

  it('is nothing while nobody looks, but what stands outside of the page', () => {
    const { shown, pass } = show();
    shown.put(a, { device: 'a', source: 'camera', height: 100 });
    shown.put(c, { device: 'c', source: 'camera', height: 240 }, true);
    pass();
    shown.setVisible(false);
    expect(pass().at(-1)).toBe('c camera 240');
    shown.drop(c);
    expect(pass().at(-1)).toBe('');
    shown.setVisible(true);
    expect(pass().at(-1)).toBe('a camera 100');
  });

  it('is told to each call anew, and to none after it', () => {
    const { shown, pass, told } = show();
    shown.put(a, { device: 'a', source: 'camera', height: 100 });
    pass();
    shown.end();
    shown.drop(a);
    pass();
    expect(told).toHaveLength(1);
    shown.put(a, { device: 'a', source: 'camera', height: 100 });
    shown.begin();
    expect(pass()).toEqual(['a camera 100', 'a camera 100']);
  });
});

describe('camera and microphone before a call', () => {
  it('are each there or not by themselves', async () => {
    const asked: string[] = [];
    const preparation = createPreparation(
      {
        async preview(source, on) {
          asked.push(`${source} ${on}`);
          if (source === 'camera' && on) throw new CodedError('camera_denied');
        },
      },
      everything,
    );
    preparation.begin();
    expect(preparation.state.get()).toMatchObject({ camera: { opening: true }, microphone: { opening: true } });
    await turn();
    expect(preparation.state.get()).toMatchObject({
      camera: { wanted: false, opening: false, problem: { code: 'camera_denied' } },
      microphone: { wanted: true, opening: false, problem: null },
    });
    preparation.want('camera', true);
    expect(preparation.state.get().camera.problem).toBeNull();
    await turn();
    expect(preparation.state.get().camera.problem).toMatchObject({ code: 'camera_denied' });
    preparation.end();
    preparation.want('microphone', false);
    await turn();
    expect(asked).toEqual(['microphone true', 'camera true', 'camera true']);
  });

  it('end as they were wanted last, however long the browser asks', async () => {
    const waiting: (() => void)[] = [];
    const asked: boolean[] = [];
    const preparation = createPreparation(
      {
        preview(_source, on) {
          asked.push(on);
          return new Promise<void>((resolve) => void waiting.push(resolve));
        },
      },
      { microphone: false, camera: true },
    );
    preparation.begin();
    await turn();
    preparation.want('camera', false);
    preparation.want('camera', true);
    preparation.want('camera', false);
    // A camera cannot be opened while it is being opened, or let go of.
    expect(asked).toEqual([true]);
    for (let i = 0; i < 5; i++) {
      waiting.shift()?.();
      await turn();
    }
    expect(asked[0]).toBe(true);
    expect(asked.at(-1)).toBe(false);
    expect(preparation.state.get().camera).toEqual({ wanted: false, opening: false, problem: null });
  });
});
