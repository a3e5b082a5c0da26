import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/client/index.ts';
import { texts } from '../../src/client/locales/index.ts';
import { createPlainRelayScreen } from '../../src/main/relay-screen.ts';
import { usage } from '../../src/main/usage.ts';
import { drawQr } from '../../src/terminal/index.ts';
import { EXIT } from '../../src/terminal/session.ts';
import { anchorOf, readSections, type Section } from './readme-parts.ts';
import { repository } from './tree.ts';

const read = (name: string) => readFileSync(join(repository, name), 'utf8');

describe.each([
  { name: 'README.md', other: 'README.es.md', language: 'en', quoted: /“([^”]+)”/g },
  { name: 'README.es.md', other: 'README.md', language: 'es', quoted: /«([^»]+)»/g },
] as const)('$name', ({ name, other, language, quoted }) => {
  const text = read(name);
  const blocks = Array.from(text.matchAll(/^```\n([\s\S]*?)^```$/gm), (match) => match[1] as string);
  const { errors, relay, terminal } = texts(language);

  it('has every flag, and names the other language at its head', () => {
    const flags = usage(language).match(/--[a-z-]+/g) ?? [];
    expect(flags.length).toBeGreaterThan(10);
    expect(flags.filter((flag) => !text.includes(`${flag} `) && !text.includes(`${flag}\``) && !text.includes(`${flag}\n`))).toEqual([]);
    expect(text.split('\n').slice(0, 4).join('\n')).toContain(`](${other})`);
  });

  it('has every command with all its names, in the order of /help', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `/'));
    const listed = rows.map((row) => Array.from(row.matchAll(/`(\/[\p{L}?]+)/gu), (match) => match[1] as string).toSorted());
    expect(listed).toEqual(commands.map((command) => [command.name, ...command.aliases].map((word) => `/${word}`).toSorted()));
  });

  it('has every event of the JSON contract, and every exit code', () => {
    const printed = ['src/terminal/json-screen.ts', 'src/terminal/files/transfer-events.ts', 'src/main/relay-screen.ts'].flatMap((file) =>
      Array.from(read(file).matchAll(/print\('([\w-]+)'/g), (match) => match[1] as string),
    );
    expect(printed.length).toBeGreaterThan(20);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const first = rows.map((row) => row.split('|')[1]?.trim());
    expect(printed.filter((event) => !first.includes(`\`${event}\``))).toEqual([]);
    expect(Object.values(EXIT).filter((code) => !first.includes(String(code)))).toEqual([]);
  });

  it('quotes what the programs say', () => {
    const said = [...Object.values(errors), ...Object.values(relay)].map((sentence) =>
      typeof sentence === 'string' ? sentence : sentence({ port: 5001, wanted: 5000, path: '…' }),
    );
    const quotes = Array.from(text.matchAll(quoted), (match) => (match[1] as string).replace(/^… /, ''));
    const strangers = [
      'Your connection is not private',
      'La conexión no es privada',
      'This relay is not called that',
      'Corrillo needs Node.js 20.19.0 or newer',
      'Corrillo necesita Node.js 20.19.0 o posterior',
    ];
    expect(quotes.length).toBeGreaterThan(20);
    expect(quotes.filter((quote) => !strangers.includes(quote) && !said.some((sentence) => sentence.includes(quote)))).toEqual([]);
  });

  it('shows line by line what `npm start` prints', () => {
    const [sample = ''] = blocks.filter((block) => block.startsWith('$ npm start'));
    const founder = sample.match(/https:\S+#\S+/)?.[0] ?? '';
    const { origin, hostname } = new URL(founder);
    // The two lines of words, and what follows them in brackets.
    const [words = [], ca = []] = Array.from(sample.matchAll(/: ([a-z]+(?: [a-z]+){4})(?: \(SHA-256 ([0-9A-F:]+) …)?/g));
    let printed = '';
    const write = (out: string) => void (printed += out);
    const surroundings = { isTerminal: true, byNpm: true, usualData: '/data' };
    createPlainRelayScreen(write, write, relay, surroundings).listening({
      version: '',
      ports: { web: 5000, chat: 9009, files: 9010, media: 9020 },
      addresses: [hostname],
      links: [{ address: hostname, url: `${origin}/` }],
      words: (words[1] as string).split(' '),
      ca: {
        words: (ca[1] as string).split(' '),
        sha256: (ca[2] as string).replaceAll(':', ''),
        url: `${origin.replace('https', 'http')}/trust`,
      },
      data: '/data',
      founder,
    });
    const qr = { en: '  (the same as a QR code)', es: '  (lo mismo como código QR)' }[language];
    expect(sample.trimEnd()).toBe(`$ npm start\n${printed.replace(drawQr(founder).trimEnd(), qr)}`.trimEnd());
  });

  it('shows what the chat says first', () => {
    const [plain = ''] = blocks.filter((block) => block.includes('--plain') && block.includes('—'));
    const own = plain.split('\n').filter((line) => line.startsWith('—'));
    const words = 'judge loyal giraffe join cake';
    expect(own).toEqual([terminal.ready('', 2), terminal.words(words), terminal.helpHint].map((note) => `— ${note}`));
  });
});

describe('README.md and README.es.md', () => {
  const english = readSections(read('README.md'), 'README.es.md');
  const spanish = readSections(read('README.es.md'), 'README.md');
  const all = english.map((section, at) => [section.heading, section, spanish[at] as Section] as const);

  it('have the same headings by number', () => {
    expect(spanish.map(({ level }) => level)).toEqual(english.map(({ level }) => level));
    expect(spanish.length).toBeGreaterThan(20);
  });

  it.each(all)('say the same in “%s”: commands, code, links, numbers, tables', (_heading, section, twin) => {
    const numbered = (links: readonly string[], sections: readonly Section[]) =>
      links.map((link) => (link.startsWith('#') ? `#${sections.findIndex(({ heading }) => link === `#${anchorOf(heading)}`)}` : link));
    expect(numbered(twin.links, spanish)).toEqual(numbered(section.links, english));
    const { blocks, code, numbers, rows } = twin;
    expect({ blocks, code, numbers, rows }).toEqual({
      blocks: section.blocks,
      code: section.code,
      numbers: section.numbers,
      rows: section.rows,
    });
  });
});
