import { randomBytes } from 'node:crypto';
import type { Server } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { announceRelay } from '../discovery/index.ts';
import { PORTS, toHex, toWords } from '../protocol/index.ts';
import { watchAddresses } from './address-watch.ts';
import { listReachable, type Machine, thisMachine, toUrlHost } from './addresses.ts';
import type { FilesConfig } from './blobs/config.ts';
import { keepCertificates } from './certificate-keeper.ts';
import { systemClock } from './clock.ts';
import { type ConsoleLog, writeEvent } from './console-log.ts';
import { openDataFolder } from './data-folder.ts';
import { openLmdb } from './engines/lmdb.ts';
import { prepareFiles } from './files.ts';
import { loadFounderToken, removeFounderLink, writeFounderLink } from './founder-file.ts';
import { createConnectionGate } from './listeners/connection-gate.ts';
import { createNativeServer, nativeContext } from './listeners/native.ts';
import { openPort } from './listeners/open-port.ts';
import { createTrustCheck } from './listeners/trust-check.ts';
import { createWebListener } from './listeners/web.ts';
import { createHostCheck } from './listeners/web/host-check.ts';
import { findPageFolder, readPageFiles } from './listeners/web/page-files.ts';
import { type MediaConfig, prepareMedia } from './media.ts';
import { createRelay } from './relay.ts';
import { RELAY_LIMITS, type RelayLimits } from './server-limits.ts';
import { createServerEvents, type ServerEvent } from './server-events.ts';
import { loadTlsIdentity, type TlsIdentity } from './tls-identity.ts';
import { createUndoList, type UndoList } from './undo-list.ts';

/** What a host may decide. */
export interface ServerConfig {
  /** Data folder; made where it is not there. */
  readonly data: string;
  /** A port that is not named moves to the next free one when its default is busy; 0 is any free one. */
  readonly ports?: { readonly [K in keyof typeof PORTS]?: number | undefined };
  /** Null: none are taken, and no process is started for them. */
  readonly files?: FilesConfig | null;
  /** Null: no calls, and no process for them. */
  readonly media?: MediaConfig | null;
  readonly log?: ConsoleLog;
  /** The built page; found beside the program by default. */
  readonly webRoot?: string;
  /** Names under which this machine is reached, beside those it knows of itself. */
  readonly names?: readonly string[];
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly proxies?: readonly string[];
  /** The founder link says that the first room is to be open to the network. Nothing once there is one. */
  readonly openRoom?: boolean;
  /** Says on the networks that it is there (mDNS). */
  readonly announce?: boolean;
  /** For tests. */
  readonly machine?: Machine;
  readonly limits?: Partial<RelayLimits>;
}

export interface RunningServer {
  /** `files` and `media` are 0 where there are none. */
  readonly ports: { readonly [K in keyof typeof PORTS]: number };
  /** Process id of the file process, while there is one. */
  readonly filePid: number | undefined;
  /** Process ids of the media processes that there are. */
  readonly mediaPids: readonly number[];
  /** Addresses of this machine, the likeliest first. */
  readonly addresses: readonly string[];
  readonly links: ReadonlyArray<{ readonly address: string; readonly url: string }>;
  /** Five words of the relay's key. */
  readonly words: readonly string[];
  /** SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relayKey: Uint8Array;
  /** The CA that devices may trust: five words and all of its SHA-256, in hex. */
  readonly authority: { readonly words: readonly string[]; readonly sha256: string };
  /** Path of the data folder. */
  readonly data: string;
  /** The founder link, while no room exists. */
  readonly founder: string | undefined;
  /** What happened before the first listener came is told to it at once. @returns a function that takes it off again */
  on(listener: (event: ServerEvent) => void): () => void;
  /** Sends everybody away, writes what was taken, frees ports and folder. */
  stop(): Promise<void>;
}

const CLOSING_TIME = 1_500;

/**
 * Composes the relay from its parts and opens its ports; frees all of it again when one of them fails.
 * @throws CodedError `data_in_use`, `data_not_writable`, `data_too_new`, `data_damaged`, `port_busy` {port}, `port_not_allowed` {port},
 * `files_failed` {because}
 */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  const undo = createUndoList();
  try {
    return await compose(config, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function compose(config: ServerConfig, undo: UndoList): Promise<RunningServer> {
  const { machine = thisMachine, log = () => {} } = config;
  const limits = { ...RELAY_LIMITS, ...config.limits };
  const events = createServerEvents();

  const folder = await openDataFolder(config.data);
  undo.add(folder.release);
  const tlsFolder = await folder.privateFolder('tls');
  const loadIdentity = () => loadTlsIdentity(tlsFolder, machine, systemClock.now(), config.names);
  const identity = await loadIdentity();
  const { log: roomLog, keyPackages, close } = openLmdb(await folder.privateFolder('rooms'));
  undo.add(close);
  const founderFile = folder.file('founder');
  const founderToken = await loadFounderToken(founderFile, randomBytes);
  const page = readPageFiles(config.webRoot ?? findPageFolder());
  const ticketKey = randomBytes(32);
  const files =
    config.files === null
      ? undefined
      : await prepareFiles(
          folder,
          { config: config.files ?? {}, ticketKey, port: config.ports?.files, names: config.names ?? [] },
          events,
          log,
        );
  undo.add(async () => files?.stop());
  const media = config.media === null ? undefined : prepareMedia({ config: config.media ?? {}, port: config.ports?.media }, events, log);
  undo.add(async () => media?.stop());

  const ports = { web: 0, chat: 0, files: 0, media: 0 };
  const relay = await createRelay(
    { log: roomLog, keyPackages, clock: systemClock, random: randomBytes, ...(media && { media: media.connect }) },
    {
      relayKey: identity.relayKey,
      build: page.build,
      founderToken,
      limits,
      // The first address that comes may change with the network while the relay runs.
      place: () => ({ address: listReachable(machine)[0] as string, web: ports.web, chat: ports.chat }),
      files: { ticketKey, port: () => ports.files },
    },
  );
  const warnOfStorage = () => events.emit({ event: 'warning', code: 'storage_failed', detail: {} });
  relay.on((event) => {
    writeEvent(log, event);
    if (event.event === 'storage_failed') warnOfStorage();
    if (event.event === 'removed') files?.revoke(event);
    if (event.event === 'founded') {
      void removeFounderLink(founderFile)
        .catch(warnOfStorage)
        .then(() => events.emit(event));
    }
  });
  const proxies = new Set(config.proxies);
  const gate = createConnectionGate(
    { total: limits.connections + limits.spareSockets, perAddress: limits.connectionsPerAddress + limits.spareSockets },
    proxies,
  );
  undo.add(() => gate.close(CLOSING_TIME));
  const listening: Server[] = [];
  undo.add(async () => listening.forEach((server) => server.close()));

  const hosts = createHostCheck(machine, config.names ?? [], systemClock);
  const warnOfAddress = (address: string) => events.emit({ event: 'warning', code: 'address_outside_ca', detail: { address } });
  const chatServers: TlsServer[] = [];
  const forWeb = ({ key, chain }: TlsIdentity) => ({ key, chain });
  const forChat = ({ key, chatChain }: TlsIdentity) => ({ key, chain: chatChain });
  const certificates = keepCertificates(identity, loadIdentity, systemClock, {
    onRenewed(renewed) {
      web.renew(renewed);
      for (const server of chatServers) server.setSecureContext(nativeContext(forChat(renewed)));
      files?.renew(forWeb(renewed));
      log('  certificate renewed');
    },
    onOutside: warnOfAddress,
    onFault: warnOfStorage,
  });
  undo.add(certificates.close);

  const web = createWebListener(
    { accept: relay.accept, hosts, gate, files: files?.proxy },
    {
      machine,
      files: page,
      identity: () => certificates.identity,
      ports: () => ports,
      tls: identity,
      limits,
      proxies,
    },
  );
  undo.add(web.close);
  // Peers are told that the relay stops before their connections go; on long polling they come for it over new ones.
  undo.add(relay.close);
  ports.web = await listen('web', web.create);
  const trustCheck = createTrustCheck(hosts);
  ports.chat = await listen('chat', () => {
    const server = createNativeServer(relay.accept, forChat(identity), gate, trustCheck);
    chatServers.push(server);
    return server;
  });

  if (files) {
    const { port, moved } = await files.start(forWeb(certificates.identity));
    ports.files = port;
    if (moved) warnOfMove('files', port);
  }
  if (media) {
    const { port, moved } = await media.start();
    ports.media = port;
    if (moved) warnOfMove('media', port);
  }

  async function listen(name: 'web' | 'chat', create: () => Server): Promise<number> {
    const { port, servers, moved } = await openPort(config.ports?.[name], PORTS[name], create);
    listening.push(...servers);
    if (moved) warnOfMove(name, port);
    return port;
  }

  function warnOfMove(name: keyof typeof PORTS, port: number): void {
    events.emit({ event: 'warning', code: 'port_moved', detail: { port, wanted: PORTS[name] } });
  }

  const addresses = listReachable(machine);
  identity.outside.forEach(warnOfAddress);
  const { openRoom = false } = config;
  const place = { address: addresses[0] as string, webPort: ports.web, chatPort: ports.chat, relayKey: identity.relayKey, open: openRoom };
  const founder = relay.founded ? undefined : await writeFounderLink(founderFile, founderToken, place);
  // A relay that died between founding and this has left it behind.
  if (relay.founded) await removeFounderLink(founderFile);
  if (relay.founded && openRoom) events.emit({ event: 'warning', code: 'open_room_late', detail: {} });
  gate.open();

  const announcement = config.announce
    ? announceRelay(
        { key: identity.relayKey, name: machine.hostname()?.split('.')[0] ?? '', webPort: ports.web, chatPort: ports.chat },
        {
          addresses: machine.addresses,
          onSilent: () => log('! not announced: no multicast here, or another program keeps port 5353 to itself'),
        },
      )
    : undefined;
  undo.add(async () => announcement?.close());
  void announcement?.update();
  const watch = watchAddresses(machine, systemClock, () => {
    void certificates.renew();
    void announcement?.update();
  });
  undo.add(async () => watch.close());
  // An address may have come while the relay was starting.
  void certificates.renew();

  return {
    ports,
    addresses,
    links: addresses.map((address) => ({ address, url: `https://${toUrlHost(address)}:${ports.web}/` })),
    words: toWords(identity.relayKey),
    relayKey: identity.relayKey,
    authority: { words: toWords(identity.caHash), sha256: toHex(identity.caHash) },
    data: folder.path,
    get filePid() {
      return files?.pid();
    },
    get mediaPids() {
      return media?.pids() ?? [];
    },
    get founder() {
      return relay.founded ? undefined : founder;
    },
    on: events.on,
    stop: undo.run,
  };
}
