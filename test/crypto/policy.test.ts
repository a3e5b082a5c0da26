import { describe, expect, it } from 'vitest';
import { deriveLinkId } from '../../src/crypto/link-keys.ts';
import { judgeExternalCommit, judgeMemberCommit, type LeafFact, type ProposalFact, type RoomFacts } from '../../src/crypto/policy.ts';
import { random } from './people.ts';

const link = random(32);
const device = (n: number) => Uint8Array.from({ length: 32 }, (_, i) => (i < 2 ? n >> (8 * i) : 1));
const leafOf = (signatureKey: Uint8Array): LeafFact => ({ identity: signatureKey, signatureKey, capable: true });
const joining: ProposalFact[] = [{ kind: 'external-init' }, { kind: 'psk', id: deriveLinkId(link) }];

function roomOf(count: number): RoomFacts {
  const context = { link, formerLink: null, founder: device(0), removers: [], title: '', access: 'invited' } as const;
  return { context, members: Array.from({ length: count }, (_, i) => device(i)) };
}

describe('a full room', () => {
  it('lets in nobody new, and who is in may come in again', () => {
    expect(() => judgeExternalCommit(roomOf(249), joining, leafOf(device(500)))).not.toThrow();
    expect(() => judgeExternalCommit(roomOf(250), joining, leafOf(device(500)))).toThrow('forbidden: the room is full');
    const again: ProposalFact[] = [...joining, { kind: 'remove', device: device(7) }];
    expect(() => judgeExternalCommit(roomOf(250), again, leafOf(device(7)))).not.toThrow();
  });
});

describe('a full room, by a member', () => {
  const add = (n: number): ProposalFact => ({ kind: 'add', leaf: leafOf(device(n)) });
  const judge =
    (count: number, proposals: ProposalFact[], author = 3) =>
    () =>
      judgeMemberCommit(roomOf(count), device(author), proposals, leafOf(device(author)), new Set());

  it('lets in nobody new, and who is in may come in again', () => {
    expect(judge(249, [add(500)])).not.toThrow();
    expect(judge(250, [add(500)])).toThrow('forbidden: the room is full');
    expect(judge(250, [{ kind: 'remove', device: device(7) }, add(7)], 0)).not.toThrow();
    // Nobody makes room by it.
    expect(judge(250, [{ kind: 'remove', device: device(7) }, add(500)])).toThrow('forbidden: an addition that removes another');
  });
});

describe('a commit of nobody', () => {
  it('is refused', () => {
    const context = { ...roomOf(3).context, title: 'x' };
    expect(() => judgeMemberCommit(roomOf(3), device(9), [{ kind: 'context', context }], null, new Set())).toThrow(
      'forbidden: the author is no member',
    );
    expect(() => judgeExternalCommit(roomOf(3), joining, null)).toThrow('forbidden: an external commit without a path');
  });
});
