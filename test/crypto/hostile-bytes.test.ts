import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import {
  commitChange,
  createIdentity,
  createKeyPackage,
  createVault,
  decodeGroup,
  deriveLinkKeys,
  describeGroup,
  encodeGroup,
  GroupError,
  joinByLink,
  joinByWelcome,
  openCommit,
  openForEpoch,
  openInfo,
  openKnock,
  openMessage,
  readKeyPackage,
  sealForEpoch,
  sealInfo,
  sealKnock,
  sealMessage,
} from '../../src/crypto/index.ts';
import { gather, linkOf, none, type Person, random, utf8 } from './people.ts';

let ana: Person;
let ben: Person;
let samples: Record<string, { readonly bytes: Uint8Array; readonly open: (bytes: Uint8Array) => Promise<unknown> }>;

beforeAll(async () => {
  [ana, ben] = (await gather(5)) as [Person, Person];
  const newcomer = await createIdentity();
  const link = linkOf(ana.group);
  const { infoKey, knock } = await deriveLinkKeys(link);
  const info = await describeGroup(ana.group);
  const vault = await createVault(random(32));
  const change = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, link: null } }, utf8('aad'));
  const own = await createKeyPackage(newcomer);
  const addition = await commitChange(ana.group, { kind: 'add', keyPackage: own.body }, utf8('aad'));
  const [room, device] = [ana.group.room, newcomer.device];
  samples = {
    message: { bytes: (await sealMessage(ana.group, utf8('hola'), utf8('aad'))).sealed, open: (bytes) => openMessage(ben.group, bytes) },
    'member’s commit': { bytes: change.sealed, open: (bytes) => openCommit(ben.group, bytes) },
    'external commit': {
      bytes: (await joinByLink(newcomer, ana.group.room, info, link, utf8('aad'))).sealed,
      open: (bytes) => openCommit(ben.group, bytes),
    },
    GroupInfo: { bytes: info, open: (bytes) => joinByLink(newcomer, ana.group.room, bytes, link, none) },
    'sealed GroupInfo': { bytes: await sealInfo(infoKey, info), open: (bytes) => openInfo(infoKey, bytes) },
    'commit that adds': { bytes: addition.sealed, open: (bytes) => openCommit(ben.group, bytes) },
    Welcome: { bytes: addition.welcome as Uint8Array, open: (bytes) => joinByWelcome(newcomer, room, bytes, own) },
    'key package': { bytes: own.body, open: (bytes) => readKeyPackage(bytes) },
    knock: {
      bytes: await sealKnock(knock.publicKey, room, device, utf8('Juan')),
      open: (bytes) => openKnock(knock.privateKey, room, device, bytes),
    },
    'box of an epoch': { bytes: await sealForEpoch(ana.group, 'test', utf8('x')), open: (bytes) => openForEpoch(ben.group, 'test', bytes) },
    'value in the vault': { bytes: await vault.seal('name', utf8('value')), open: (bytes) => vault.open('name', bytes) },
  };
});

const names = [
  'message',
  'member’s commit',
  'external commit',
  'GroupInfo',
  'sealed GroupInfo',
  'commit that adds',
  'Welcome',
  'key package',
  'knock',
  'box of an epoch',
  'value in the vault',
];

/** What can befall bytes on the way; at least one of them changes something. */
type Damage = (bytes: Uint8Array) => Uint8Array;
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc
    .tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 }))
    .map(([place, mask]): Damage => (bytes) => {
      const copy = Uint8Array.from(bytes);
      const i = Math.floor(place * copy.length);
      copy[i] = (copy[i] as number) ^ mask;
      return copy;
    }),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map(
    (place): Damage =>
      (bytes) =>
        bytes.slice(0, Math.floor(place * bytes.length)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(
    (tail): Damage =>
      (bytes) =>
        Uint8Array.from([...bytes, ...tail]),
  ),
  fc
    .tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 8 }))
    .map(([place, extra]): Damage => (bytes) => {
      const i = Math.floor(place * bytes.length);
      return Uint8Array.from([...bytes.subarray(0, i), ...extra, ...bytes.subarray(i)]);
    }),
);

/** A coded error, and neither acceptance nor a crash. */
async function isRefused(step: Promise<unknown>): Promise<boolean> {
  return step.then(
    () => false,
    (error: unknown) => error instanceof GroupError,
  );
}

describe('bytes that were damaged on the way', () => {
  for (const name of names) {
    it(`are refused: ${name}`, async () => {
      const { bytes, open } = samples[name] as (typeof samples)[string];
      await open(bytes);
      await fc.assert(
        fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
          const damaged = damages.reduce((current, harm) => harm(current), bytes);
          fc.pre(Buffer.compare(damaged, bytes) !== 0);
          expect(await isRefused(open(damaged))).toBe(true);
        }),
        { numRuns: 400 },
      );
    });

    it(`are refused at each single place: ${name}`, async () => {
      const { bytes, open } = samples[name] as (typeof samples)[string];
      // No stride that has a factor in common with 8: each bit has its turn.
      for (let i = 0; i < bytes.length; i += lengthOf('damagedPlaces')) {
        const damaged = Uint8Array.from(bytes);
        damaged[i] = (damaged[i] as number) ^ (1 << (i % 8));
        expect(await isRefused(open(damaged))).toBe(true);
      }
    });
  }

  it('are refused where they are random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...names), async (bytes, name) => {
        expect(await isRefused((samples[name] as (typeof samples)[string]).open(bytes))).toBe(true);
        // With a head that parses.
        expect(
          await isRefused((samples[name] as (typeof samples)[string]).open(Uint8Array.from([0, 1, 0, 1 + (bytes.length % 5), ...bytes]))),
        ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never end more than a decoding of the group, which the vault protects', async () => {
    const bytes = encodeGroup(ana.group);
    await fc.assert(
      fc.asyncProperty(damage, async (harm) => {
        const step = decodeGroup(harm(bytes), ana.identity);
        const decoded = await step.then(
          () => true,
          () => false,
        );
        expect(decoded || (await isRefused(step))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
