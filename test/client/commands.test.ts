import { describe, expect, test } from 'vitest';
import { commands, findMember, parseLine, type RoomView } from '../../src/client/index.ts';

const member = (name: string, device: string) => ({ name, device, own: false, here: true, role: 'member' as const });
const view = (...members: ReturnType<typeof member>[]) => ({ members }) as unknown as RoomView;
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error as { code: string; detail: Record<string, string> };
  }
  return undefined;
};

describe('a line', () => {
  test('is text unless it begins with one slash', () => {
    for (const text of ['hello', ' /who', '', 'a/b', '  two  spaces ']) expect(parseLine(text)).toEqual({ kind: 'text', text });
    expect(parseLine('//x')).toEqual({ kind: 'text', text: '/x' });
    expect(parseLine('///x')).toEqual({ kind: 'text', text: '//x' });
  });

  test('is a command by its name or a Spanish one', () => {
    for (const typed of ['/who', '/WHO', '/quien', '/quién', '/who '])
      expect(parseLine(typed)).toMatchObject({ kind: 'command', command: { name: 'who' } });
    expect(parseLine('/me waves twice')).toMatchObject({ command: { name: 'me' }, argument: 'waves twice' });
  });

  test('with an unknown command is an error that names the nearest', () => {
    expect(codeOf(() => parseLine('/invit'))).toMatchObject({ code: 'unknown_command', detail: { name: '/invit', nearest: '/invite' } });
    expect(codeOf(() => parseLine('/'))).toMatchObject({ code: 'unknown_command' });
    expect(codeOf(() => parseLine('/ayda'))).toMatchObject({ detail: { nearest: '/ayuda' } });
    expect(codeOf(() => parseLine('/constructor'))).toMatchObject({ code: 'unknown_command' });
  });

  test('wants the argument it needs', () => {
    expect(codeOf(() => parseLine('/nick'))).toMatchObject({ code: 'argument_missing' });
  });
});

test('no two commands share a name', () => {
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

describe('a member', () => {
  const ana = member('Ana', 'aaaa1111');
  const ana2 = member('ana', 'aaaa2222');
  const juan = member('Juan', 'bbbb3333');

  test('is found by name, or by the first digits of the device', () => {
    expect(findMember(view(ana, juan), 'juan')).toBe(juan);
    expect(findMember(view(ana, juan), '@Ana')).toBe(ana);
    expect(findMember(view(ana, juan), 'bbbb')).toBe(juan);
    // The very name comes before the like.
    expect(findMember(view(ana, ana2), 'Ana')).toBe(ana);
  });

  test('that could be two is nobody', () => {
    expect(codeOf(() => findMember(view(ana, ana2), 'ANA'))).toMatchObject({ code: 'ambiguous_name' });
    expect(codeOf(() => findMember(view(ana, ana2), 'aaaa'))).toMatchObject({ code: 'ambiguous_name' });
    expect(findMember(view(ana, ana2), 'aaaa2')).toBe(ana2);
    expect(codeOf(() => findMember(view(ana), 'Eva'))).toMatchObject({ code: 'no_such_member' });
    expect(codeOf(() => findMember(view(ana), 'aaa'))).toMatchObject({ code: 'no_such_member' });
  });
});
