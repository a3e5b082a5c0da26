import { describe, expect, it } from 'vitest';
import { commandFor, hostsOf } from '../../src/web/network/facts.ts';

const relay = { key: new Uint8Array(32), address: '192.168.1.20', webPort: 5000, chatPort: 9009 };
const facts = { addresses: ['192.168.1.20', '10.0.0.7', '2001:db8::7', '127.0.0.1'], ip: null, whole: true };

describe('the network panel', () => {
  it('shows first what brought this page, and never what leads others to themselves', () => {
    expect(hostsOf(facts, relay, { hostname: '10.0.0.7' })).toEqual(['10.0.0.7', '192.168.1.20', '2001:db8::7']);
    expect(hostsOf(facts, relay, { hostname: 'localhost' })).toEqual(['192.168.1.20', '10.0.0.7', '2001:db8::7']);
    expect(hostsOf({ ...facts, addresses: [] }, null, { hostname: '[::1]' })).toEqual([]);
  });

  it('writes the command as the terminal reads it', () => {
    expect(commandFor('192.168.1.20', 9009)).toBe('corrillo chat --host 192.168.1.20');
    expect(commandFor('2001:db8::7', 9009)).toBe('corrillo chat --host 2001:db8::7');
    expect(commandFor('192.168.1.20', 9010)).toBe('corrillo chat --host 192.168.1.20:9010');
    expect(commandFor('2001:db8::7', 9010)).toBe('corrillo chat --host [2001:db8::7]:9010');
  });
});
