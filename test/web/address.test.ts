import { describe, expect, it } from 'vitest';
import { takeAddress } from '../../src/web/state/address.ts';
import { inviteLink, isLoopback, leadsNowhere } from '../../src/web/state/invite-link.ts';
import { createFakeClient, FAKE_ROOM } from '../../src/web/dev/fake-client.ts';
import { parseInvite } from '../../src/client/index.ts';

const FRAGMENT = `#v1.${'A'.repeat(43)}.${'A'.repeat(22)}.9009`;

function visit(url: string) {
  const bar = { now: url };
  const address = takeAddress(new URL(url), { replaceState: (_data, _unused, to) => void (bar.now = String(to)) });
  return { address, bar: bar.now };
}

describe('the address', () => {
  it('gives its secret away to nobody but the page', () => {
    const room = visit(`https://192.168.1.20:5000/j/${FAKE_ROOM}${FRAGMENT}`);
    expect(room.address).toMatchObject({ kind: 'invite', invite: { kind: 'room', room: FAKE_ROOM, chatPort: 9009 } });
    expect(room.bar).toBe(`/j/${FAKE_ROOM}`);
    const founder = visit(`https://192.168.1.20:5000/f${FRAGMENT}`);
    expect(founder.address).toMatchObject({ kind: 'invite', invite: { kind: 'founder' } });
    expect(founder.bar).toBe('/f');
  });

  it('hides what is left of a broken link as well', () => {
    const cut = visit(`https://192.168.1.20:5000/j/${FAKE_ROOM}${FRAGMENT.slice(0, 30)}`);
    expect(cut.address).toEqual({ kind: 'broken' });
    expect(cut.bar).toBe(`/j/${FAKE_ROOM}`);
  });

  it('remembers the room that the path still names', () => {
    expect(visit(`https://192.168.1.20:5000/j/${FAKE_ROOM}`).address).toEqual({ kind: 'plain', room: FAKE_ROOM });
    expect(visit('https://192.168.1.20:5000/').address).toEqual({ kind: 'plain' });
  });
});

describe('the link for others', () => {
  const client = createFakeClient({ inside: true });
  const invitation = { room: FAKE_ROOM, secret: new Uint8Array(32).fill(3) };

  it('leads by the address that works here', () => {
    const link = inviteLink(client, invitation, { hostname: '10.77.0.1', port: '5001' });
    expect(link.startsWith('https://10.77.0.1:5001/j/')).toBe(true);
    expect(parseInvite(link)).toMatchObject({ room: FAKE_ROOM, chatPort: 9009, secret: invitation.secret });
    expect(inviteLink(client, invitation, { hostname: '[fe80::1]', port: '5000' })).toMatch(/^https:\/\/\[fe80::1\]:5000\//);
  });

  it('leads from the host itself by the address that the relay tells', () => {
    for (const hostname of ['localhost', '127.0.0.1', '[::1]']) {
      expect(inviteLink(client, invitation, { hostname, port: '5000' })).toMatch(/^https:\/\/192\.168\.1\.20:5000\//);
    }
    expect(leadsNowhere('https://127.0.0.1:5000/j/x')).toBe(true);
    expect(leadsNowhere('https://192.168.1.20:5000/j/x')).toBe(false);
    expect(isLoopback('localhost.example')).toBe(false);
  });

  it('says offline before the relay has told anything', () => {
    expect(() => inviteLink({ ...client, relay: () => null }, invitation, { hostname: 'localhost', port: '' })).toThrow(
      expect.objectContaining({ code: 'offline' }),
    );
  });
});
