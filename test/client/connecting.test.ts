import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSocketIoConnector } from '../../src/client/browser/index.ts';
import { clockTrouble } from '../../src/client/clock-trouble.ts';
import { type Connector, type Link, type LinkEvents } from '../../src/client/index.ts';
import { sentenceFor, texts } from '../../src/client/locales/index.ts';
import { nameFault } from '../../src/client/node/faults.ts';
import { createFindingConnector, type Place } from '../../src/client/node/finding-connector.ts';
import { CodedError } from '../../src/protocol/index.ts';

const codeOf = (error: unknown) => (error as CodedError).code;

/** For each code what people type into a search when they meet it, in both languages. */
const SEARCHED: ReadonlyArray<readonly [code: string, en: readonly string[], es: readonly string[]]> = [
  ['refused', ['connection refused', 'ECONNREFUSED', 'error 10061'], ['conexión rechazada', 'ECONNREFUSED', 'error 10061']],
  ['no_route', ['no route to host', 'EHOSTUNREACH', 'error 10065'], ['no hay ruta', 'EHOSTUNREACH', 'error 10065']],
  [
    'timeout',
    ['timed out', 'ETIMEDOUT', 'error 10060', 'firewall'],
    ['tiempo de espera agotado', 'ETIMEDOUT', 'error 10060', 'cortafuegos'],
  ],
  [
    'isolated',
    ['timed out', 'client isolation', 'corrillo firewall'],
    ['tiempo de espera', 'aislamiento de clientes', 'corrillo firewall'],
  ],
  ['other_network', ['no route', 'VPN', 'guest'], ['no hay ruta', 'VPN', 'invitados']],
  ['no_network', ['network is unreachable', 'ENETUNREACH'], ['la red es inaccesible', 'ENETUNREACH']],
  ['blocked_here', ['permission denied', 'EACCES', 'error 10013'], ['permiso denegado', 'EACCES', 'error 10013']],
  ['unknown_host', ['host not found', 'ENOTFOUND', 'error 11001'], ['host no encontrado', 'ENOTFOUND', 'error 11001']],
  ['not_corrillo', ['9009'], ['9009']],
  ['host_refused', ['421', '--host-name'], ['421', '--host-name']],
  ['wrong_key', ['key has changed', 'words', 'do not go on'], ['clave ha cambiado', 'palabras', 'no sigas']],
  ['clock_off', ['clock', 'ERR_CERT_DATE_INVALID', 'not yet valid'], ['reloj', 'ERR_CERT_DATE_INVALID', 'aún no válido']],
  ['version_too_old', ['version too old', 'update'], ['versión demasiado antigua', 'actualíza']],
  ['version_too_new', ['version too old', 'update'], ['versión demasiado antigua', 'actualice']],
];

describe('what is said when there is no connection', () => {
  test.each(SEARCHED)('%s is found by who searches for it', (code, en, es) => {
    for (const [language, terms] of [
      ['en', en],
      ['es', es],
    ] as const) {
      const { errors } = texts(language);
      expect(Object.hasOwn(errors, code)).toBe(true);
      const sentence = sentenceFor(errors, { code });
      expect(terms.filter((term) => !sentence.includes(term))).toEqual([]);
      // What happened, and behind the colon what to do.
      expect(sentence).toMatch(/^\p{Lu}.+: .+\.$/u);
      expect(sentence).not.toContain('undefined');
    }
  });

  test('a changed key comes with the words of both, and a clock with the days', () => {
    const detail = { expected: 'one two three four five', found: 'six seven eight nine ten' };
    for (const language of ['en', 'es'] as const) {
      const sentence = sentenceFor(texts(language).errors, { code: 'wrong_key', detail });
      expect(sentence).toContain(detail.expected);
      expect(sentence).toContain(detail.found);
      expect(sentenceFor(texts(language).errors, { code: 'clock_off', detail: { days: 400 } })).toContain('400');
    }
  });
});

describe('a fault of the network', () => {
  const own = [
    { name: 'lo', address: '127.0.0.1', family: 'IPv4', cidr: '127.0.0.1/8', internal: true },
    { name: 'eth0', address: '192.168.7.20', family: 'IPv4', cidr: '192.168.7.20/24', internal: false },
    { name: 'eth0', address: 'fe80::1', family: 'IPv6', cidr: 'fe80::1/64', internal: false },
  ] as const;

  test.each([
    ['ECONNREFUSED', '192.168.7.9', 'refused'],
    ['ETIMEDOUT', '192.168.7.9', 'isolated'],
    ['EHOSTUNREACH', '192.168.7.9', 'isolated'],
    ['EHOSTUNREACH', 'fe80::9%eth0', 'isolated'],
    ['ETIMEDOUT', '192.168.8.9', 'other_network'],
    ['ENETUNREACH', 'fd00::9', 'other_network'],
    ['ETIMEDOUT', '203.0.113.9', 'timeout'],
    ['ENETUNREACH', '203.0.113.9', 'no_route'],
    ['ETIMEDOUT', 'chat.example', 'timeout'],
    ['ETIMEDOUT', '127.0.0.1', 'timeout'],
    ['ENOTFOUND', 'chat.example', 'unknown_host'],
    ['EACCES', '192.168.7.9', 'blocked_here'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', '192.168.7.9', 'not_corrillo'],
    ['EPROTO', '192.168.7.9', 'not_corrillo'],
    ['ESOMETHING', '192.168.7.9', 'lost'],
  ])('%s to %s is %s', (code, host, expected) => {
    expect(nameFault({ code }, host, own)).toBe(expected);
  });

  test('of a name is one of the address behind it, where that is known', () => {
    expect(nameFault({ code: 'EHOSTUNREACH', address: '192.168.7.9' }, 'tree.local', own)).toBe('isolated');
  });

  test('without any network is that', () => {
    expect(nameFault({ code: 'ENETUNREACH' }, '192.168.7.9', own.slice(0, 1))).toBe('no_network');
  });
});

test('clocks that are days apart are worth a word, those of other time zones are not', () => {
  const now = Date.now();
  expect([clockTrouble(now, now + 23 * 3_600_000), clockTrouble(now, now - 60_000)]).toEqual([undefined, undefined]);
  expect(clockTrouble(now, now + 3 * 86_400_000)).toMatchObject({ code: 'clock_off', detail: { days: 3 } });
  expect(clockTrouble(now, 0)).toMatchObject({ code: 'clock_off' });
});

describe('a page that asks for a session', () => {
  async function meet(status: number, body: string): Promise<unknown> {
    const server = createServer((_request, response) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    const connector = createSocketIoConnector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return connector.connect({ onRun: () => {}, onClose: () => {} }, new AbortController().signal).catch(codeOf);
  }

  test.each([
    [404, '<html>', 'not_corrillo'],
    [502, '{}', 'not_corrillo'],
    [421, '{"status":"error","code":"host_refused"}', 'host_refused'],
    [403, '{"code":4,"message":"too_many_connections"}', 'too_many_connections'],
    [403, '{"code":"constructor"}', 'not_corrillo'],
  ])('and is answered %i %s hears %s', async (status, body, expected) => {
    expect(await meet(status, body)).toBe(expected);
  });
});

describe('a relay that moves', () => {
  const KEY = new Uint8Array(32).fill(7);
  const HOME: Place = { host: '10.0.0.1', port: 9009 };
  const ELSEWHERE: Place = { host: '10.0.0.9', port: 9010 };
  const quiet: LinkEvents = { onRun: () => {}, onClose: () => {} };

  /** A network in which relays stand at places; attempts elsewhere fail as `refused`, or hang. */
  function createWorld() {
    const relays = new Map<string, Uint8Array>();
    const silent = new Set<string>();
    const tried: string[] = [];
    const closed: string[] = [];
    let runs = new Map<string, LinkEvents>();
    let clock = 0;
    const nameOf = ({ host, port }: Place) => `${host}:${port}`;
    const connectTo = (place: Place): Connector => ({
      connect(events, signal) {
        const name = nameOf(place);
        tried.push(name);
        const relay = relays.get(name);
        if (silent.has(name)) return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CodedError('offline'))));
        if (!relay) return Promise.reject(new CodedError('refused'));
        runs = new Map([...runs, [name, events]]);
        const link: Link = { send: () => {}, queued: 0, close: () => void closed.push(name), tls: { relay, exporter: new Uint8Array(32) } };
        return Promise.resolve(link);
      },
    });
    return {
      relays,
      silent,
      tried,
      closed,
      connectTo,
      nameOf,
      now: () => (clock += 20_000),
      say: (place: Place) => runs.get(nameOf(place))?.onRun(new Uint8Array(1)),
    };
  }

  const knock = (connector: Connector) => connector.connect(quiet, new AbortController().signal).then(() => 'in', codeOf);

  test('is found by its key where it is now, and gone back to', async () => {
    const world = createWorld();
    const asked: Uint8Array[] = [];
    const find = async (key: Uint8Array) => {
      asked.push(key);
      return [ELSEWHERE];
    };
    const connector = createFindingConnector(HOME, undefined, { ...world, find });
    world.relays.set(world.nameOf(HOME), KEY);
    expect(await knock(connector)).toBe('in');
    // Nobody is known before somebody was heard, which the engine lets nobody be with another key.
    expect(connector.heard).toBeUndefined();
    world.say(HOME);
    expect(connector.heard).toEqual({ host: HOME.host, relay: KEY });

    world.relays.clear();
    world.relays.set(world.nameOf(ELSEWHERE), KEY);
    expect([await knock(connector), await knock(connector)]).toEqual(['refused', 'refused']);
    expect(asked).toEqual([]);
    expect(await knock(connector)).toBe('in');
    expect(asked).toEqual([KEY]);
    world.say(ELSEWHERE);
    // From now on that is where it is.
    expect(connector.heard).toEqual({ host: ELSEWHERE.host, relay: KEY });
    expect(await knock(connector)).toBe('in');
    expect(world.tried.at(-1)).toBe(world.nameOf(ELSEWHERE));

    world.relays.clear();
    world.relays.set(world.nameOf(HOME), KEY);
    await knock(connector);
    await knock(connector);
    expect(await knock(connector)).toBe('in');
  });

  test('is not waited for where nobody answers: both ways are tried at once', async () => {
    const world = createWorld();
    const connector = createFindingConnector(HOME, KEY.subarray(0, 16), { ...world, find: async () => [ELSEWHERE] });
    expect([await knock(connector), await knock(connector)]).toEqual(['refused', 'refused']);
    world.silent.add(world.nameOf(HOME));
    world.relays.set(world.nameOf(ELSEWHERE), KEY);
    expect(await knock(connector)).toBe('in');
  });

  test('is not mistaken for another one that says to be it', async () => {
    const world = createWorld();
    const connector = createFindingConnector(HOME, KEY, { ...world, find: async () => [ELSEWHERE] });
    await knock(connector);
    await knock(connector);
    world.relays.set(world.nameOf(ELSEWHERE), new Uint8Array(32).fill(8));
    expect(await knock(connector)).toBe('refused');
    expect(world.closed).toEqual([world.nameOf(ELSEWHERE)]);
    world.relays.set(world.nameOf(HOME), new Uint8Array(32).fill(9));
    expect(await knock(connector)).toBe('wrong_key');
  });

  test('is looked for only by who knows its key, and not with every attempt', async () => {
    const world = createWorld();
    let searches = 0;
    const find = async () => {
      searches += 1;
      return [];
    };
    const stranger = createFindingConnector(HOME, undefined, { ...world, find });
    for (let i = 0; i < 5; i++) expect(await knock(stranger)).toBe('refused');
    expect(searches).toBe(0);
    const hasty = createFindingConnector(HOME, KEY, { ...world, find, now: () => 1_000 });
    for (let i = 0; i < 9; i++) expect(await knock(hasty)).toBe('refused');
    expect(searches).toBe(1);
  });

  test('is no longer looked for once it is found, or called off', async () => {
    const world = createWorld();
    let ended = 0;
    const find = (_key: Uint8Array, signal: AbortSignal) =>
      new Promise<Place[]>((resolve) =>
        signal.addEventListener('abort', () => {
          ended += 1;
          resolve([]);
        }),
      );
    const connector = createFindingConnector(HOME, KEY, { ...world, find });
    await knock(connector);
    await knock(connector);
    world.relays.set(world.nameOf(HOME), KEY);
    expect([await knock(connector), ended]).toEqual(['in', 1]);
    world.silent.add(world.nameOf(HOME));
    const abort = new AbortController();
    const attempt = connector.connect(quiet, abort.signal).catch(codeOf);
    abort.abort();
    expect(await attempt).toBe('offline');
  });
});
