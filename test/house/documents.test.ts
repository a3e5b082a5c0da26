import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../src/client/content/kinds.ts';
import { LABELS } from '../../src/crypto/labels.ts';
import { clientFrames, ERRORS, LIMITS, relayFrames } from '../../src/protocol/index.ts';
import { anchorOf } from './readme-parts.ts';
import { repository } from './tree.ts';

const documents = readdirSync(repository).filter((name) => name.endsWith('.md'));
const read = (name: string) => readFileSync(join(repository, name), 'utf8');

describe.each(documents)('%s', (name) => {
  const text = read(name);

  it('links to what is there', () => {
    const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), (match) => match[1] as string).filter((link) => !/^https?:/.test(link));
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      if (path !== '' && !existsSync(join(dirname(join(repository, name)), path))) return true;
      if (anchor === undefined) return false;
      const headings = Array.from((path === '' ? text : read(path)).matchAll(/^#+ (.+)$/gm), (match) => anchorOf(match[1] as string));
      return !headings.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files and folders that exist', () => {
    const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: repository, encoding: 'utf8' });
    const files = stdout.split('\n').filter((file) => existsSync(join(repository, file)));
    const named = Array.from(text.matchAll(/`((?:[\w-]+\/)*[\w-]+\.(?:ts|mjs)|(?:src|test|scripts|bench)\/[\w/-]+)`/g), (match) =>
      (match[1] as string).replace(/\/$/, ''),
    );
    expect(named.filter((path) => !files.some((file) => `/${file}`.endsWith(`/${path}`) || file.startsWith(`${path}/`)))).toEqual([]);
  });
});

describe('PROTOCOL', () => {
  const text = read('PROTOCOL.md');
  const tables = text.split('\n').filter((line) => line.startsWith('|'));
  const rowOf = (name: string, from: readonly string[]) => from.find((row) => row.includes(`\`${name}\``)) ?? '';

  it.each([
    ['client', clientFrames],
    ['relay', relayFrames],
  ])('has each frame of the %s, with its fields', (who, frames) => {
    const [before = '', after = ''] = text.split('### From the relay');
    const rows = (who === 'client' ? before : after).split('\n').filter((line) => line.startsWith('|'));
    const wrong = Object.entries(frames).flatMap(([kind, { entries }]) => {
      const row = rows.find((line) => line.split('|')[1]?.includes(`\`${kind}\``)) ?? '';
      return ['t', ...Object.keys(entries)]
        .filter((field) => field !== 't' && !row.includes(`\`${field}\``))
        .map((field) => `${kind}.${field}`);
    });
    expect(wrong).toEqual([]);
  });

  it('has each error code, in the table of those that end the session or in the other', () => {
    const section = text.slice(text.indexOf('### Error codes'), text.indexOf('### Limits'));
    const [, ending = '', others = ''] = section.split('| code | means |');
    const wrong = Object.entries(ERRORS).filter(([code, { fatal }]) => !(fatal ? ending : others).includes(`| \`${code}\` |`));
    expect(wrong).toEqual([]);
  });

  it('has each kind of content, each label and the limits', () => {
    expect(Object.keys(kinds).filter((kind) => rowOf(kind, tables) === '')).toEqual([]);
    const { vaultData: _, ...shared } = LABELS;
    expect(Object.values(shared).filter((label) => !text.includes(`\`${label}\``))).toEqual([]);
    const { frame, body, info, members, connections, connectionsPerAddress } = LIMITS;
    const numbers = [frame, body, info, members, connections, connectionsPerAddress].map((limit) => limit.toLocaleString('en'));
    expect(numbers.filter((number) => !text.includes(number))).toEqual([]);
  });
});
