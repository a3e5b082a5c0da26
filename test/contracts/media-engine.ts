import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callAnswer } from '../../src/protocol/frames/calls.ts';
import { type CallDemand, type CallSource, type CallWant, CodedError, LIMITS } from '../../src/protocol/index.ts';
import type { MediaEngine, MediaEvents } from '../../src/server/media/media-engine.ts';
import * as v from 'valibot';
import { makeOffer } from '../support/call-peer.ts';

export interface MediaEnginePlace {
  readonly engine: MediaEngine;
  destroy(): Promise<void>;
}

const [ADA, BEN, CLEO] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32)) as [string, string, string];

/** What every media engine does, as far as it can be seen without a packet. */
export function mediaEngineContract(name: string, create: (events: MediaEvents) => Promise<MediaEnginePlace>): void {
  describe(`MediaEngine: ${name}`, () => {
    let place: MediaEnginePlace;
    let engine: MediaEngine;
    let ended: string[];
    let demands: Map<string, readonly CallDemand[]>;
    let base: number;

    beforeEach(async () => {
      [ended, demands, base] = [[], new Map(), 0];
      place = await create({
        onEnded: (call, member, code) => ended.push(`${call} ${member} ${code}`),
        onDemand: (call, member, demand) => void demands.set(`${call} ${member}`, demand),
      });
      ({ engine } = place);
    });
    afterEach(() => place.destroy());

    const offer = (changes: Parameters<typeof makeOffer>[3] = {}) => makeOffer(randomBytes(32), (base += 1_000), 4, changes);
    const join = (member: string, call = 'call') => engine.join(call, member, offer());
    const want = (member: string, ...wants: readonly (readonly [slot: number, device: string, source: CallSource, height: number])[]) =>
      engine.want(
        'call',
        member,
        wants.map(([slot, device, source, height]): CallWant => ({
          slot,
          device: Uint8Array.from(Buffer.from(device, 'hex')),
          source,
          height,
        })),
      );
    /** What was said last of a source; 0 where it is not named. */
    const demandOf = (member: string, source: CallSource, call = 'call') =>
      demands.get(`${call} ${member}`)?.find((one) => one.source === source)?.height ?? 0;
    const untilDemand = async (member: string, source: CallSource, height: number) =>
      await expect.poll(() => demandOf(member, source), { timeout: 8_000 }).toBe(height);
    /** Whatever was asked before has been done: an engine does one thing after the other. */
    const settle = async () => {
      await join(CLEO, 'another call');
      engine.leave('another call', CLEO);
    };
    const codeOf = (answer: Promise<unknown>) =>
      answer.then(
        () => 'none',
        (error: unknown) => (error instanceof CodedError ? error.code : String(error)),
      );

    it('answers with what a device needs to come in', async () => {
      const answer = await join(ADA);
      expect(() => v.parse(callAnswer, { ...answer, fingerprint: Uint8Array.from(answer.fingerprint) })).not.toThrow();
      expect(answer.candidates.length).toBeGreaterThan(0);
    });

    it('lets the same member in again, as somebody new', async () => {
      const [before, after] = [await join(ADA), await join(ADA)];
      expect(after.ufrag).not.toBe(before.ufrag);
      await settle();
      expect(ended).toEqual([]);
    });

    it('is full at some number of members, and has room again when one has left', async () => {
      const members = Array.from({ length: LIMITS.callMembers }, (_, i) => String(i).padStart(64, '0'));
      for (const member of members) await join(member);
      expect(await codeOf(join(ADA))).toBe('call_full');
      // Who is in already comes again.
      expect(await codeOf(join(members[3] as string))).toBe('none');
      expect(await codeOf(join(ADA, 'another call'))).toBe('none');
      engine.leave('call', members[3] as string);
      expect(await codeOf(join(ADA))).toBe('none');
    });

    it('refuses an offer that contradicts itself, and what was there stays', async () => {
      await join(ADA);
      await join(BEN);
      want(BEN, [1, ADA, 'camera', 180]);
      const { sends } = offer();
      const twice = offer({ sends: [...sends, ...sends] });
      expect(await codeOf(engine.join('call', ADA, twice))).toBe('bad_offer');
      await untilDemand(ADA, 'camera', 180);
      expect(ended).toEqual([]);
    });

    it('tells a member what is taken of it, the most that anybody takes', async () => {
      for (const member of [ADA, BEN, CLEO]) await join(member);
      want(BEN, [1, ADA, 'camera', 180], [0, ADA, 'microphone', 0]);
      await untilDemand(ADA, 'camera', 180);
      // Sound has no height, and is taken all the same.
      await expect.poll(() => demandOf(ADA, 'microphone')).toBeGreaterThan(0);
      want(CLEO, [1, ADA, 'camera', 720]);
      await untilDemand(ADA, 'camera', 720);
      engine.leave('call', CLEO);
      await untilDemand(ADA, 'camera', 180);
      want(BEN);
      await untilDemand(ADA, 'camera', 0);
      await untilDemand(ADA, 'microphone', 0);
      expect(demandOf(BEN, 'camera')).toBe(0);
    });

    it('remembers what is wanted of somebody who is not there yet, and of who comes again', async () => {
      await join(BEN);
      want(BEN, [1, ADA, 'camera', 360]);
      await settle();
      expect(demandOf(ADA, 'camera')).toBe(0);
      await join(ADA);
      await untilDemand(ADA, 'camera', 360);
      engine.leave('call', ADA);
      demands.clear();
      await join(ADA);
      await untilDemand(ADA, 'camera', 360);
    });

    it('takes nothing over from what a member wanted before it came again', async () => {
      await join(ADA);
      await join(BEN);
      want(BEN, [1, ADA, 'camera', 360]);
      await untilDemand(ADA, 'camera', 360);
      await join(BEN);
      await untilDemand(ADA, 'camera', 0);
    });

    it('keeps calls apart', async () => {
      await join(ADA, 'one');
      await join(BEN, 'two');
      engine.want('two', BEN, [{ slot: 1, device: Uint8Array.from(Buffer.from(ADA, 'hex')), source: 'camera', height: 180 }]);
      await settle();
      expect([...demands.keys()]).toEqual([]);
    });

    it('does not mind what is said of somebody who is not there', async () => {
      engine.leave('call', ADA);
      want(ADA, [0, BEN, 'microphone', 0]);
      await join(BEN);
      engine.leave('another', BEN);
      engine.leave('call', BEN);
      engine.leave('call', BEN);
      await settle();
      expect([ended, [...demands.keys()]]).toEqual([[], []]);
    });

    it('lets nobody in when it is closed', async () => {
      await join(ADA);
      await engine.close();
      expect(await codeOf(join(BEN))).toBe('no_calls');
      want(ADA, [0, BEN, 'microphone', 0]);
      engine.leave('call', ADA);
      await engine.close();
    });
  });
}
