import { randomBytes } from 'node:crypto';
import { packetKindOf } from '../../../../rtc/index.ts';
import type { CallAnswer } from '../../../../protocol/index.ts';
import { ICE_TIMES } from './ice-times.ts';
import { createPathCheck, type PathCheck } from './path-check.ts';
import type { Network, Path } from './path.ts';

/** The way to the media port: found, watched, and found again where the machine changes networks. We control, it is ICE-lite (RFC 8445). */
export interface Ice {
  /** To wherever the way leads now; dropped where there is none. */
  send(packet: Buffer): void;
  /** Something authentic came: the way is good. */
  heard(): void;
  close(): void;
}

export interface IceEvents {
  /** `lost` is the last one: in the beginning it means that there is no way at all. */
  onState(state: 'connected' | 'disconnected' | 'lost'): void;
  /** What is not ICE's own. */
  onPacket(packet: Buffer): void;
}

export function createIce(ufrag: string, answer: CallAnswer, network: Network, events: IceEvents): Ice {
  const names = { ufrag, theirs: { ufrag: answer.ufrag, pwd: answer.pwd } };
  const tieBreaker = randomBytes(8).readBigUInt64BE();
  const calledOff = new AbortController();
  const rankOf = ({ path }: PathCheck) => answer.candidates.indexOf(path.candidate) + (path.candidate.protocol === 'tcp' ? 1_000 : 0);
  let checks: PathCheck[] = [];
  let selected: PathCheck | undefined;
  let state: 'searching' | 'connected' | 'over' = 'searching';
  let searchedSince = now();
  let limit: number = ICE_TIMES.connect;
  let answeredSince: number | undefined;
  let triedTcp = false;
  let heardAt = 0;
  let consentDue = 0;

  const pathEvents = {
    onPacket(path: Path, packet: Buffer) {
      if (state === 'over') return;
      if (packetKindOf(packet) !== 'stun') return events.onPacket(packet);
      const check = checks.find((check) => check.path === path);
      if (check?.take(packet, now())) takeAnswer(check);
    },
    onGone(path: Path) {
      checks = checks.filter((check) => check.path !== path);
      if (selected?.path === path && state === 'connected') search();
    },
  };
  const timer = setInterval(tick, ICE_TIMES.pace);
  timer.unref();
  void gather();

  async function gather(): Promise<void> {
    const paths = await network.openUdp(
      answer.candidates.filter(({ protocol }) => protocol === 'udp'),
      pathEvents,
    );
    for (const path of paths) add(path);
    if (paths.length === 0 && state === 'searching' && !triedTcp) void tryTcp();
    tick();
  }

  function add(path: Path): void {
    if (state !== 'searching') return path.close();
    checks.push(createPathCheck(path, names, tieBreaker));
    checks.sort((a, b) => rankOf(a) - rankOf(b));
  }

  async function tryTcp(): Promise<void> {
    triedTcp = true;
    for (const candidate of answer.candidates.filter(({ protocol }) => protocol === 'tcp')) {
      if (state !== 'searching') return;
      const path = await network.openTcp(candidate, pathEvents, calledOff.signal);
      if (path !== undefined) return add(path);
    }
  }

  function tick(): void {
    if (state === 'searching') lookFor();
    else if (state === 'connected') watch();
  }

  function lookFor(): void {
    const time = now() - searchedSince;
    if (time > limit) return end();
    const answered = checks.filter((check) => check.answeredAt !== undefined && check.answeredAt >= searchedSince);
    if (answered.length === 0 && time >= ICE_TIMES.tcpAfter && !triedTcp) void tryTcp();
    const [best] = answered.toSorted((a, b) => tiresOf(a) - tiresOf(b) || rankOf(a) - rankOf(b));
    if (best !== undefined && (best === checks[0] || now() - (answeredSince ?? 0) >= ICE_TIMES.better)) {
      if (now() - (best.askedAt ?? 0) >= ICE_TIMES.choosing || best.unanswered === 0) best.ask(now(), true);
      return;
    }
    const due = checks.find(
      ({ askedAt, unanswered }) =>
        askedAt === undefined || now() - askedAt >= Math.min(ICE_TIMES.firstPause * 2 ** (unanswered - 1), ICE_TIMES.longestPause),
    );
    due?.ask(now(), false);
  }

  function takeAnswer(check: PathCheck): void {
    answeredSince ??= now();
    if (state === 'searching' && check.chosen) select(check);
    else if (state === 'searching') lookFor();
    else if (check === selected) heard();
  }

  function select(check: PathCheck): void {
    selected = check;
    state = 'connected';
    for (const { path } of checks) if (path !== check.path) path.close();
    checks = [check];
    consentDue = now() + ICE_TIMES.consent;
    heard();
    events.onState('connected');
  }

  function heard(): void {
    heardAt = now();
  }

  /** Chosen again with each question: a sender whose address was changed under way is found by it. */
  function watch(): void {
    if (selected === undefined) return;
    const waited = now() - (selected.askedAt ?? 0);
    if (selected.unanswered > 0) {
      if (now() - Math.max(heardAt, selected.waitsSince ?? 0) > ICE_TIMES.gone) search();
      else if (waited >= ICE_TIMES.again) selected.ask(now(), true);
    } else if (now() >= consentDue || (now() - heardAt > ICE_TIMES.silence && waited > ICE_TIMES.silence)) {
      consentDue = now() + ICE_TIMES.consent * (0.8 + 0.4 * Math.random());
      selected.ask(now(), true);
    }
  }

  /** Anew, from sockets that know the addresses of now; the old path may come back meanwhile. */
  function search(): void {
    state = 'searching';
    searchedSince = now();
    limit = ICE_TIMES.lost;
    answeredSince = undefined;
    triedTcp = false;
    if (selected !== undefined) {
      checks = checks.includes(selected) ? [createPathCheck(selected.path, names, tieBreaker)] : [];
    }
    selected = undefined;
    events.onState('disconnected');
    void gather();
  }

  function close(): void {
    state = 'over';
    clearInterval(timer);
    calledOff.abort();
    for (const { path } of checks) path.close();
    checks = [];
    selected = undefined;
  }

  function end(): void {
    close();
    events.onState('lost');
  }

  return { send: (packet) => selected?.path.send(packet), heard, close };
}

/** Whoever answered once and then not to being chosen is asked last. */
const tiresOf = ({ unanswered }: PathCheck) => Math.floor(unanswered / ICE_TIMES.mostChoices);

const now = () => performance.now();
